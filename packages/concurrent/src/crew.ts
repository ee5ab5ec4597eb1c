import { availableParallelism } from 'node:os';
import { DeadlockError } from '@remoteobj/except';
import { startProcess, startThread } from '@remoteobj/process';
import { CrewLine, type Candidate, type Place } from './crew-line.js';
import { currentLevel } from './level.js';
import { Worker, type BackgroundModule } from './worker.js';

/** Milliseconds after which a worker without work ends. */
const idleTime = 1000;
/** Milliseconds without an end of any work after which those in line get workers beyond the usual number: they may be what the others wait for. */
const patience = 250;
/** How many times the usual number of workers there may be. */
const mostGrowth = 4;
/** Milliseconds without an end of any work after which there is no hope, if all of it waits for this thread and there can be no more workers. */
const longestHope = 5000;
/** Milliseconds after which a thread that blocks looks whether any work has ended; longer and longer. */
const [shortestLook, longestLook] = [1, 100];
/** Backgrounds inside of one another. With the numbers above this bounds the processes of a program. */
const deepest = 8;

/** The processes, or the threads, in which functions run in the background. They are started as needed, and used again. */
export class Crew {
  readonly #kind: 'process' | 'thread';
  /** Those whose work began first come first. */
  readonly #workers = new Set<Worker>();
  readonly #idle: Worker[] = [];
  readonly #line = new CrewLine();
  /** A timer will look whether there must be more workers. */
  #looksLater = false;
  /** How many workers come at the next growth, and `performance.now()` of the latest one or end of any work. */
  #step = 1;
  #moved = 0;
  #lastEnd = 0;
  #started = 0;

  constructor(kind: 'process' | 'thread') {
    this.#kind = kind;
  }

  /** Gives a worker at once, or when one is free: then it has a place in line. Throws `DeadlockError` where none can ever be. */
  ask(candidate: Candidate): Place | undefined {
    if (currentLevel() >= deepest)
      throw new DeadlockError(
        `background inside of background, ${deepest} levels deep: each level waits for the next one, which cannot start; do the rest without background`,
      );
    const idle = this.#take();
    if (idle === undefined && this.#workers.size >= usual()) {
      if (this.#line.size === 0) this.#hope();
      this.#growLater();
      return this.#line.push(candidate);
    }
    this.#give(candidate, idle);
    return undefined;
  }

  /** Waits without turning the event loop until `isServed`, or until `deadline` of `performance.now()`. */
  block(place: Place, isServed: () => boolean, deadline: number): void {
    this.#line.hurry(place);
    while (!isServed()) {
      const now = performance.now();
      if (now >= deadline) break;
      if (now - this.#moved >= patience) this.#grow(now);
      else this.#look(Math.min(Math.max(shortestLook, (now - this.#lastEnd) / 4), longestLook, deadline - now));
    }
  }

  leave(place: Place): void {
    this.#line.remove(place);
  }

  /** A worker has done its work. */
  free(worker: Worker): void {
    worker.work = undefined;
    if (!worker.spawned.alive) return void this.discard(worker);
    this.#hope();
    const next = this.#line.shift();
    if (next !== undefined) return this.#put(next, worker);
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
    worker.work = undefined;
    this.#workers.delete(worker);
    this.#hope();
    const next = this.#line.shift();
    if (next !== undefined) this.#give(next, this.#take());
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
    this.#put(candidate, worker);
  }

  #put(candidate: Candidate, worker: Worker): void {
    this.#workers.delete(worker);
    this.#workers.add(worker);
    worker.work = candidate;
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

  /** Something has ended, so those in line may soon have their turn. */
  #hope(): void {
    this.#lastEnd = this.#moved = performance.now();
    this.#step = 1;
  }

  /** Looks at it as long as somebody is in line; what runs keeps the process alive. */
  #growLater(): void {
    if (this.#looksLater) return;
    this.#looksLater = true;
    const delay = Math.max(1, Math.ceil(this.#moved + patience - performance.now()));
    setTimeout(() => this.#growNow(), delay).unref();
  }

  #growNow(): void {
    this.#looksLater = false;
    if (this.#line.size === 0) return;
    const now = performance.now();
    if (now - this.#moved >= patience) this.#grow(now);
    if (this.#line.size > 0) this.#growLater();
  }

  /** Nothing has ended for a while: one worker more, then two, four, … */
  #grow(now: number): void {
    this.#moved = now;
    const room = mostGrowth * usual() - this.#workers.size;
    for (let more = Math.min(this.#step, room, this.#line.size); more > 0; more--)
      this.#give(this.#line.shift() as Candidate, undefined);
    this.#step *= 2;
    if (room <= 0 && now - this.#lastEnd >= longestHope && this.#allWaitHere()) this.#refuse();
  }

  /** Whether everything that runs has called something here that has not ended. */
  #allWaitHere(): boolean {
    for (const worker of this.#workers) if (!worker.waitsHere) return false;
    return true;
  }

  #refuse(): void {
    const { size } = this.#line;
    const error = new DeadlockError(
      `${this.#workers.size} functions run in the background, the most there may be, each of them waits for a call to here, and none has ended for ${longestHope / 1000} s, while ${size} wait in line for them: if they wait for those, that can never end; start fewer at a time, or do what they call without background`,
    );
    this.#hope();
    this.#line.shift()?.refused(error);
  }

  /** What a turn of the event loop would have done: takes in what comes, and frees the workers that have answered. */
  #look(milliseconds: number): void {
    const [oldest] = this.#workers;
    oldest?.block(milliseconds);
    for (const worker of [...this.#workers]) if (worker.hasAnswered) worker.work?.collect();
  }
}

/** Workers of this process or thread. */
function usual(): number {
  const level = currentLevel();
  if (level === 0) return Math.max(8, 2 * availableParallelism());
  return level === 1 ? 4 : 1;
}
