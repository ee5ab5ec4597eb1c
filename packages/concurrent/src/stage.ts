import { PipelineError } from './pipeline-error.js';
import { putBack, Queue } from './queue.js';
import { makeRunner, type Runner } from './runner.js';
import type { StagePlan } from './stage-options.js';

/** One item on its way through a pipeline. */
export interface Traveller {
  /** Which of the items that were put, counted from 0. */
  readonly index: number;
  value: unknown;
}

/** Where a stage sends its items, and who hears of its errors. */
export interface StageSurroundings {
  /** Passes an item on; waits for room. */
  pass(traveller: Traveller): Promise<void>;
  /** An item failed. */
  failed(error: PipelineError, traveller: Traveller): void;
}

/** What a stage has done and what waits for it. */
export interface StageStats {
  readonly name: string | number;
  /** Items that wait before it, and how many may. */
  readonly queued: number;
  readonly queueSize: number;
  /** Items that it works on, and how many it may work on at the same time. */
  readonly running: number;
  readonly workers: number;
  readonly done: number;
  readonly failed: number;
}

/** One stage at work: takes items from its queue, has them worked on by its workers, and passes them on. */
export class Stage {
  readonly plan: StagePlan;
  readonly queue: Queue<Traveller>;
  /**
   * Resolves when the queue is closed and everything in it was passed on, or when it was aborted; rejects when a worker cannot start. Workers of
   * which no object is in use have ended then.
   */
  readonly finished: Promise<void>;
  readonly #surroundings: StageSurroundings;
  readonly #runners: readonly Runner[];
  #aborted = false;
  #running = 0;
  #done = 0;
  #failed = 0;

  constructor(plan: StagePlan, surroundings: StageSurroundings) {
    this.plan = plan;
    this.queue = new Queue(plan.queueSize);
    this.#surroundings = surroundings;
    this.#runners = Array.from({ length: plan.workers }, (_, number) => makeRunner(plan, number));
    this.finished = this.#finish();
  }

  /** Whether objects that live with its workers are in use. */
  get isInUse(): boolean {
    return this.#runners.some((runner) => runner.isInUse);
  }

  /** Ends the workers that are left, when all that they made was used. */
  async close(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => runner.close()));
  }

  stats(): StageStats {
    const { name, queueSize, workers } = this.plan;
    const counts = { running: this.#running, done: this.#done, failed: this.#failed };
    return { name, queued: this.queue.length, queueSize, workers, ...counts };
  }

  /** Drops what waits and ends the workers now. Whoever puts gets `reason`. */
  async abort(reason: unknown): Promise<void> {
    this.#aborted = true;
    this.queue.abort(reason);
    await Promise.all(this.#runners.map((runner) => runner.kill()));
  }

  async #finish(): Promise<void> {
    await Promise.all(this.#runners.map((runner) => this.#work(runner)));
    if (this.#aborted) return;
    await Promise.all(this.#runners.filter((runner) => !runner.isInUse).map((runner) => runner.close()));
  }

  async #work(runner: Runner): Promise<void> {
    try {
      await runner.start();
    } catch (cause) {
      throw new PipelineError(this.plan.name, cause);
    }
    for (let next = await this.#next(); next !== undefined; next = await this.#next()) {
      const share = Math.ceil(this.queue.length / this.plan.workers);
      await this.#through(runner, [next, ...this.queue.takeNow(Math.min(share, runner.batch - 1))]);
    }
  }

  /** The next item; undefined when there will be none. */
  async #next(): Promise<Traveller | undefined> {
    try {
      return await this.queue.get();
    } catch {
      return undefined; // closed or aborted
    }
  }

  /** Has items worked on, and passes on those that went well. */
  async #through(runner: Runner, travellers: readonly Traveller[]): Promise<void> {
    this.#running += travellers.length;
    const { results, failed, together } = await runner.run(travellers.map(({ value }) => value));
    this.#running -= travellers.length;
    // What it did not come to is for whichever worker is free.
    for (const traveller of travellers.slice(results.length).toReversed()) putBack(this.queue, traveller);
    for (const [i, traveller] of travellers.slice(0, results.length).entries()) {
      if (failed.includes(i)) {
        this.#failed++;
        const { value: item, index } = traveller;
        const failure = { item, index, among: together === true ? travellers.length : 1 };
        this.#surroundings.failed(new PipelineError(this.plan.name, results[i], failure), traveller);
      } else {
        this.#done++;
        traveller.value = results[i];
        await this.#surroundings.pass(traveller);
      }
    }
  }
}
