/* A camera and an analog-out card that are not there, in the way their makers write such libraries. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { OK = 0, E_GAIN = -1, E_EXPOSURE = -2, E_THREAD = -3 };

static void sleep_ms(int milliseconds) {
  struct timespec left = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  while (nanosleep(&left, &left) != 0) {
  }
}

/* Milliseconds since 1970, the same clock for every process. */
static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1000.0 + now.tv_nsec / 1e6;
}

const char *hardware_error(int code) {
  switch (code) {
    case E_GAIN: return "the gain must be from 1 to 16";
    case E_EXPOSURE: return "an exposure takes from 1 to 10000 ms";
    case E_THREAD: return "no thread for the card";
    default: return "no error";
  }
}

/* The camera. */

typedef struct {
  int gain;
  int width;
  int height;
} camera_settings;

typedef struct {
  double began;
  double ended;
} camera_times;

static camera_settings settings = {1, 64, 48};
static int taken = 0;

int camera_configure(int gain) {
  if (gain < 1 || gain > 16) return E_GAIN;
  settings.gain = gain;
  return OK;
}

void camera_get_settings(camera_settings *out) { *out = settings; }

/* How many pictures it has taken. */
int camera_status(void) { return taken; }

/* Blocks until the exposure is over. */
int camera_snap(int milliseconds, uint8_t *pixels, camera_times *times) {
  if (milliseconds < 1 || milliseconds > 10000) return E_EXPOSURE;
  times->began = now_ms();
  sleep_ms(milliseconds);
  for (int i = 0; i < settings.width * settings.height; i++) pixels[i] = (uint8_t)((i % settings.width) * settings.gain);
  times->ended = now_ms();
  taken++;
  return OK;
}

/* The analog-out card. */

typedef void (*card_fired)(double volts, double at);

typedef struct {
  double volts;
  int delay;
  card_fired fired;
} shot;

static void *fire(void *argument) {
  shot *one = argument;
  sleep_ms(one->delay);
  one->fired(one->volts, now_ms());
  free(one);
  return NULL;
}

/* Returns at once; `fired` is called from a thread of the card's own. */
int card_fire(double volts, int delay, card_fired fired) {
  pthread_t thread;
  shot *one = malloc(sizeof *one);
  if (one == NULL) return E_THREAD;
  one->volts = volts;
  one->delay = delay;
  one->fired = fired;
  if (pthread_create(&thread, NULL, fire, one) != 0) {
    free(one);
    return E_THREAD;
  }
  pthread_detach(thread);
  return OK;
}
