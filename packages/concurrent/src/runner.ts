import { connectionOf, type Remote } from '@remoteobj/core';
import { RemoteDiedError, RemoteObjectError } from '@remoteobj/except';
import { spawn, spawnThread, type Spawned } from '@remoteobj/process';
import type { Outcomes } from './entry/stage.js';
import { turnIfDue } from './giving-turns.js';
import type { StagePlan } from './stage-options.js';

/** What became of items: their results, and the positions of those that are errors instead. */
interface Outcome extends Omit<Outcomes, 'milliseconds'> {
  /** Their worker failed, so it is not known of which of them. */
  readonly together?: boolean;
}

/** Runs the function of a stage, for one of its workers. */
export interface Runner {
  /** How many items it is best given at the same time. */
  readonly batch: number;
  /** Whether objects that live there are in use. */
  readonly isInUse: boolean;
  /** Makes it ready. */
  start(): Promise<void>;
  /** Runs the function on one item after the other; what became of each, or of the first ones: the others were not begun. Never rejects. */
  run(items: readonly unknown[]): Promise<Outcome>;
  /** Ends it in order. */
  close(): Promise<void>;
  /** Ends it now, whatever it does. */
  kill(): Promise<void>;
}

/** The runner for worker `number` of a stage. */
export function makeRunner(plan: StagePlan, number: number): Runner {
  return plan.strategy === 'here' ? new HereRunner(plan.fn) : new ElsewhereRunner(plan, number);
}

class HereRunner implements Runner {
  readonly batch = 1;
  readonly isInUse = false;
  readonly #fn: StagePlan['fn'];
  #ran = 0;
  #killed = false;

  constructor(fn: StagePlan['fn']) {
    this.#fn = fn;
  }

  async run([item]: readonly unknown[]): Promise<Outcome> {
    const fn = this.#fn; // not as a method of this
    // Promises that are settled at once let nothing else run: no timer, no signal.
    if (++this.#ran % lookEvery === 0) await turnIfDue();
    if (this.#killed) return { results: [], failed: [] };
    try {
      return { results: [await fn(item)], failed: [] };
    } catch (error) {
      return { results: [error], failed: [0] };
    }
  }

  async start(): Promise<void> {}
  async close(): Promise<void> {}
  async kill(): Promise<void> {
    this.#killed = true;
  }
}

/** Items between looks at the clock. */
const lookEvery = 16;

type StageModule = typeof import('./entry/stage.js');

/** A thread or process of its own. */
class ElsewhereRunner implements Runner {
  readonly #plan: StagePlan;
  readonly #name: string;
  #batch = 1;
  /** Items that went there and back since something last went wrong. */
  #ran = 0;
  #killed = false;
  #starting: Promise<Spawned<StageModule>> | undefined;
  #spawned: Spawned<StageModule> | undefined;
  #run: Remote<ReturnType<StageModule['find']>> | undefined;

  constructor(plan: StagePlan, number: number) {
    this.#plan = plan;
    this.#name = `${typeof plan.name === 'string' ? plan.name : `stage-${plan.name}`}-${plan.strategy}-${number + 1}`;
  }

  get batch(): number {
    return this.#batch;
  }

  get isInUse(): boolean {
    if (this.#spawned?.alive !== true) return false;
    return connectionOf(this.#spawned.remote).stats().imported > 1; // one is what runs the function
  }

  async start(): Promise<void> {
    const start = this.#plan.strategy === 'thread' ? spawnThread : spawn;
    this.#starting = start<StageModule>(new URL('./entry/stage.js', import.meta.url), { name: this.#name });
    this.#spawned = await this.#starting;
    this.#run = await this.#spawned.remote.find(this.#plan.fn as never); // a function over there
  }

  async run(items: readonly unknown[]): Promise<Outcome> {
    try {
      if (this.#spawned?.alive !== true && !this.#killed) await this.start(); // one that died is replaced
      const outcomes = await (this.#run as Remote<ReturnType<StageModule['find']>>)([...items]);
      this.#adapt(outcomes.milliseconds, outcomes.results.length);
      return outcomes;
    } catch (error) {
      this.#batch = 1;
      this.#ran = 0;
      if (error instanceof RemoteDiedError) await this.#spawned?.exited;
      const together = items.length > 1;
      if (together && error instanceof RemoteObjectError && error.executed === 'no') return this.#oneByOne(items);
      return { results: items.map(() => error), failed: items.map((_, i) => i), together };
    }
  }

  /** One of the items could not be sent. */
  async #oneByOne(items: readonly unknown[]): Promise<Outcome> {
    const all = { results: [] as unknown[], failed: [] as number[] };
    for (const [i, item] of items.entries()) {
      const { results, failed } = await this.run([item]);
      all.results.push(...results);
      if (failed.length > 0) all.failed.push(i);
    }
    return all;
  }

  async close(): Promise<void> {
    await this.#spawned?.close();
  }

  /** Also while it starts: what hangs there is the user's module. */
  async kill(): Promise<void> {
    this.#killed = true;
    const spawned = await this.#starting?.catch(() => undefined);
    await spawned?.kill('SIGKILL');
  }

  /**
   * Quick items go in batches, so that the way there and back is not most of the time; slow ones go alone. A worker that dies takes its
   * batch along, so batches grow only as far as all went well before.
   */
  #adapt(milliseconds: number, items: number): void {
    this.#ran += items;
    const best = Math.min(Math.floor((batchTime * items) / milliseconds), Math.floor(this.#ran / 16), mostInBatch);
    this.#batch = Math.max(1, best);
  }
}

/** Milliseconds that a batch is to take, and items that are in it at most. */
const batchTime = 2;
const mostInBatch = 32;
