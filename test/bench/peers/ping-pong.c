/*
 * Round trips between two processes through shared memory: ping-pong spinning|sleeping <times> <pause in ms>.
 * Prints the milliseconds that all of them took; the pauses before them do not count.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* One word a direction, in cache lines of their own; each counts up. */
struct shared {
  _Alignas(64) atomic_int ping;
  _Alignas(64) atomic_int pong;
};

static int spinning;

static void await(atomic_int *word, int wanted) {
  for (;;) {
    int found = atomic_load(word);
    if (found == wanted) return;
    if (!spinning) syscall(SYS_futex, word, FUTEX_WAIT, found, NULL, NULL, 0);
  }
}

static void tell(atomic_int *word, int value) {
  atomic_store(word, value);
  if (!spinning) syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int count, char **words) {
  if (count != 4) return 2;
  spinning = strcmp(words[1], "spinning") == 0;
  int times = atoi(words[2]), pause = atoi(words[3]);
  struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  pid_t child = fork();
  if (child < 0) return 1;
  /* Number 0 is not counted: the child may still be starting. */
  if (child == 0) {
    for (int i = 0; i <= times; i++) {
      await(&shared->ping, i + 1);
      tell(&shared->pong, i + 1);
    }
    _exit(0);
  }
  double total = 0;
  struct timespec rest = {pause / 1000, pause % 1000 * 1000000L};
  for (int i = 0; i <= times; i++) {
    if (pause > 0) nanosleep(&rest, NULL);
    double start = now();
    tell(&shared->ping, i + 1);
    await(&shared->pong, i + 1);
    if (i > 0) total += now() - start;
  }
  waitpid(child, NULL, 0);
  printf("%.6f\n", total);
  return 0;
}
