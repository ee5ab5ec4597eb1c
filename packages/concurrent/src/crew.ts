import { availableParallelism } from 'node:os';
import { DeadlockError } from '@remoteobj/except';
import { startProcess, startThread } from '@remoteobj/process';
import { Fifo, type Entry } from './fifo.js';
import { currentLevel } from './level.js';
import { Worker, type BackgroundModule } from './worker.js';

/** Milliseconds after which a worker without work ends. */
const idleTime = 1000;
/** Milliseconds without an end of any work after which one in line gets a worker beyond the usual number: it may be what the others wait for. */
const patience = 250;
/** How many times the usual number of workers there may be. */
const mostGrowth = 4;
/** Backgrounds inside of one another. With the numbers below this bounds the processes of a program. */
const deepest = 8;

/** Something that wants a worker. */
export interface Candidate {
  /** One is there. */
  given(worker: Worker): void;
  /** None can be started. */
  refused(error: unknown): void;
}

/** The processes, or the threads, in which functions run in the background. They are started as needed, and used again. */
export class Crew {
  readonly #kind: 'process' | 'thread';
  readonly #workers = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #line = new Fifo<Candidate>();
  #growth: ReturnType<typeof setTimeout> | undefined;
  #started = 0;

  constructor(kind: 'process' | 'thread') {
    this.#kind = kind;
  }

  /** Gives a worker at once, or when one is free. The entry is the place in line. Throws `DeadlockError` where none can ever be. */
  ask(candidate: Candidate): Entry<Candidate> | undefined {
    if (currentLevel() >= deepest)
      throw new DeadlockError(
        `background inside of background, ${deepest} levels deep: each level waits for the next one, which cannot start; do the rest without background`,
      );
    const idle = this.#take();
    if (idle === undefined && this.#workers.size >= usual()) {
      this.#growLater();
      return this.#line.push(candidate);
    }
    this.#give(candidate, idle);
    return undefined;
  }

  /** The same, at once in any case: whoever waits for it keeps this thread from noticing that a worker is free. */
  jump(entry: Entry<Candidate>): void {
    this.#line.remove(entry);
    this.#give(entry.value, this.#take());
  }

  leave(entry: Entry<Candidate>): void {
    this.#line.remove(entry);
  }

  /** A worker has done its work. */
  free(worker: Worker): void {
    if (!worker.spawned.alive) return void this.discard(worker);
    clearTimeout(this.#growth);
    this.#growth = undefined;
    const next = this.#line.shift();
    if (next !== undefined) {
      if (this.#line.size > 0) this.#growLater();
      return next.value.given(worker);
    }
    this.#idle.push(worker);
    this.#expectIdle(worker);
  }

  /** One timer for all its life: making one for each function would cost more than most of its way there. */
  #expectIdle(worker: Worker): void {
    if (worker.idle === undefined) worker.idle = setTimeout(() => this.#dismiss(worker), idleTime).unref();
    else worker.idle.refresh();
  }

  /** A worker is dead, or is to be ended in the middle of its work; whoever is next in line gets another one. */
  async discard(worker: Worker): Promise<void> {
    this.#workers.delete(worker);
    const next = this.#line.shift();
    if (next !== undefined) this.#give(next.value, this.#take());
    await worker.spawned.kill('SIGKILL');
  }

  /** The one that worked last: it is warm. */
  #take(): Worker | undefined {
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) {
      if (worker.spawned.alive) return worker;
      this.#workers.delete(worker);
    }
    return undefined;
  }

  /** Without a worker, a new one. */
  #give(candidate: Candidate, worker: Worker | undefined): void {
    try {
      worker ??= this.#hire();
    } catch (error) {
      return candidate.refused(error);
    }
    candidate.given(worker);
  }

  #hire(): Worker {
    const url = new URL('./entry/background.js', import.meta.url);
    const name = `background-${this.#kind}-${++this.#started}`;
    const start = this.#kind === 'process' ? startProcess : startThread;
    const worker = new Worker(start<BackgroundModule>(url, { name }), currentLevel() + 1);
    this.#workers.add(worker);
    return worker;
  }

  /** Ends it, unless it works, or objects that live there are still used. */
  #dismiss(worker: Worker): void {
    const place = this.#idle.indexOf(worker);
    if (place < 0) return;
    if (worker.isInUse) return this.#expectIdle(worker);
    this.#idle.splice(place, 1);
    this.#workers.delete(worker);
    void worker.spawned.close().catch(() => {}); // what failed there was told to its future
  }

  #growLater(): void {
    this.#growth ??= setTimeout(() => {
      this.#growth = undefined;
      if (this.#workers.size >= mostGrowth * usual()) return;
      const next = this.#line.shift();
      if (next !== undefined) this.#give(next.value, undefined);
      if (this.#line.size > 0) this.#growLater();
    }, patience);
  }
}

/** Workers of this process or thread. */
function usual(): number {
  const level = currentLevel();
  if (level === 0) return Math.max(8, 2 * availableParallelism());
  return level === 1 ? 4 : 1;
}
