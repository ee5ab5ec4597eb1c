import { Except } from '@remoteobj/except';
import { whenAborted } from './abort-listeners.js';
import type { PipelineError } from './pipeline-error.js';
import { checkOptions, type PipelineOptions } from './pipeline-options.js';
import { PipelineReader } from './pipeline-reader.js';
import { ArrivalResults, InputOrderResults, type PipelineResults } from './pipeline-results.js';
import { PipelineSource } from './pipeline-source.js';
import { pipelineText, showLines, type ShowOptions } from './pipeline-text.js';
import { QueueClosedError } from './queue-closed-error.js';
import { readStages, type InputOf, type OutputOf, type StageOptions } from './stage-options.js';
import { Stage, type StageStats, type Traveller } from './stage.js';
import { watchUnread } from './unread.js';

/** What a pipeline has done and what is under way. */
export interface PipelineStats {
  readonly stages: readonly StageStats[];
  /** Items that were put. */
  readonly put: number;
  /** Results that wait for the reader. */
  readonly waiting: number;
  /** Results that were read. */
  readonly read: number;
}

/**
 * Joins stages by bounded queues; gives it at once.
 *
 * Items go in with `put`, results come out of `for await`; both at the same time, because at most so many items may be under way.
 * Throws TypeError or RangeError for stages or options that make no sense.
 */
export function pipeline<const S extends readonly StageOptions[]>(
  stages: S,
  options: PipelineOptions = {},
): Pipeline<InputOf<S>, OutputOf<S>> {
  return new Pipeline(stages, options);
}

/** Stages at work, from the first item to the last result; made by `pipeline`. */
export class Pipeline<I, O> implements AsyncIterable<O>, AsyncDisposable {
  /** Errors that were caught, in groups named after the stages. */
  readonly errors: Except;
  readonly #stages: readonly Stage[];
  readonly #results: PipelineResults;
  readonly #collect: boolean;
  /** Resolves when nothing of it is left: it came to its end, or was stopped. */
  readonly #ended: Promise<void>;
  #stopped: { readonly reason: unknown } | undefined;
  #end: () => void = () => {};
  /** Resolves when a reader has come to the end of the results. */
  readonly #allRead: Promise<void>;
  #readToEnd: () => void = () => {};
  #source: PipelineSource<I> | undefined;
  /** Somebody has heard of its failure, or will. */
  #heard = false;
  #over = false;
  #entering = 0;
  #closing = false;
  #put = 0;
  #read = 0;

  constructor(stages: readonly StageOptions[], options: PipelineOptions) {
    const { signal, onError, errors = new Except(), ordered = false } = checkOptions(options);
    const plans = readStages(stages);
    this.errors = errors;
    this.#collect = onError === 'collect';
    const atEnd = plans.at(-1)?.queueSize ?? 1;
    const underWay = plans.reduce((sum, { queueSize, workers }) => sum + queueSize + workers, atEnd);
    this.#results = ordered ? new InputOrderResults(underWay) : new ArrivalResults(atEnd);
    this.#stages = plans.map(
      (plan, index) =>
        new Stage(plan, {
          pass: (traveller) => this.#pass(traveller, index + 1),
          failed: (error, traveller) => this.#itemFailed(error, traveller),
        }),
    );
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#allRead = new Promise((resolve) => (this.#readToEnd = resolve));
    void this.#run();
    if (signal !== undefined) this.#obey(signal);
  }

  /**
   * Puts an item in; waits for room.
   *
   * Rejects with `QueueClosedError` after `close`, and with what stopped the pipeline.
   */
  async put(item: I): Promise<void> {
    try {
      await this.#enter(item);
    } catch (error) {
      this.#heard ||= error === this.#stopped?.reason;
      throw error;
    }
  }

  /** Nothing more will be put: stage after stage ends when it has passed on everything. May be repeated. */
  close(): void {
    this.#closing = true;
    this.#closeFirst();
  }

  /**
   * Puts every item as there is room, then closes; gives the pipeline itself. If the items' own iteration fails, that stops it.
   *
   * A pipeline that is stopped tells the source at once, by `return()`. Throws TypeError for what cannot be iterated, and the second time.
   */
  feed(items: Iterable<I> | AsyncIterable<I>): this {
    if (this.#source !== undefined)
      throw new TypeError(
        'feed: the pipeline is fed already, and closes behind that; put further items before, or feed both as one',
      );
    this.#source = new PipelineSource(items);
    void this.#feed(this.#source);
    return this;
  }

  /**
   * Results as they come, or in the order of the items. A loop that is left stops the pipeline.
   *
   * Throws what stopped it, behind the results that were there: `PipelineError` for a failed item, or the signal's reason.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<O, undefined, undefined> {
    return new PipelineReader<O>({ next: () => this.#next(), stop: () => this.stop() });
  }

  /** Reads the results and drops them, for a pipeline whose last stage is its purpose. Resolves at its end, rejects with what stopped it. */
  async drain(): Promise<void> {
    const results = this[Symbol.asyncIterator]();
    while ((await results.next()).done !== true);
  }

  stats(): PipelineStats {
    const stages = this.#stages.map((stage) => stage.stats());
    return { stages, put: this.#put, waiting: this.#results.length, read: this.#read };
  }

  /** What it is doing as one line of text. */
  toString(): string {
    return pipelineText(this.stats());
  }

  /** Writes that line now and then, until it ends; disposing of what this gives stops it before. */
  show(options: ShowOptions = {}): Disposable {
    return showLines(() => String(this), this.#ended, options);
  }

  /**
   * Stops it: what waits is dropped, threads and processes are ended now. Functions that run here cannot be stopped, but nothing waits
   * for them. Resolves when it is over; does nothing when it came to its end before.
   */
  stop(): Promise<void> {
    this.#stop(new QueueClosedError('the pipeline was stopped'));
    return this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  get #first(): Stage['queue'] {
    return (this.#stages[0] as Stage).queue; // readStages refuses an empty list
  }

  async #enter(item: I): Promise<void> {
    if (this.#stopped !== undefined) throw this.#stopped.reason;
    if (this.#closing) throw new QueueClosedError('put: the pipeline was closed; nothing more can be put into it');
    const index = this.#put++;
    this.#entering++;
    try {
      await this.#results.admit(index);
      await this.#first.put({ index, value: item });
    } finally {
      this.#entering--;
      this.#closeFirst();
    }
  }

  /** Puts that wait for room already get in. */
  #closeFirst(): void {
    if (this.#closing && this.#entering === 0) this.#first.close();
  }

  async #feed(source: PipelineSource<I>): Promise<void> {
    try {
      for (let next = await source.next(); next !== undefined; next = await source.next()) await this.#enter(next.item);
      this.close();
    } catch (error) {
      this.#fail(error); // where it is what stopped the pipeline, this changes nothing
      source.leave();
    }
  }

  async #next(): Promise<IteratorResult<O, undefined>> {
    this.#heard = true;
    const next = await this.#results.next();
    if (next.done !== true) {
      this.#read++;
      return { done: false, value: next.value as O }; // what the last stage made
    }
    this.#readToEnd();
    await this.#ended;
    if (this.#stopped !== undefined) throw this.#stopped.reason;
    return next;
  }

  /** Each stage ends when the one before it has, and everything in between was passed on. */
  async #run(): Promise<void> {
    try {
      await Promise.all(
        this.#stages.map(async (stage, index) => {
          await stage.finished;
          this.#stages[index + 1]?.queue.close();
        }),
      );
      if (this.#stopped === undefined) this.#results.close();
      // Objects that live with a stage are used by whoever reads.
      if (this.#stopped === undefined && this.#stages.some((stage) => stage.isInUse)) await this.#allRead;
      if (this.#stopped === undefined) await Promise.all(this.#stages.map((stage) => stage.close()));
    } catch (error) {
      return this.#fail(error);
    }
    if (this.#stopped === undefined) this.#finish();
  }

  #finish(failure?: { readonly reason: unknown }): void {
    this.#over = true;
    this.#results.close(failure);
    this.#end();
  }

  /** Somebody is to hear of this error: a reader, or whoever puts. */
  #fail(error: unknown): void {
    if (!this.#stop(error)) return;
    void this.#ended.then(() => watchUnread({ error, isHeard: () => this.#heard }));
  }

  /** Whether it was still under way. */
  #stop(reason: unknown): boolean {
    if (this.#over || this.#stopped !== undefined) return false;
    const failure = { reason };
    this.#stopped = failure;
    this.#source?.leave();
    void Promise.all(this.#stages.map((stage) => stage.abort(reason))).then(() => this.#finish(failure));
    return true;
  }

  async #pass(traveller: Traveller, to: number): Promise<void> {
    try {
      const next = this.#stages[to];
      if (next === undefined) await this.#results.deliver(traveller);
      else await next.queue.put(traveller);
    } catch (error) {
      if (this.#stopped === undefined) throw error; // otherwise nobody wants it any more
    }
  }

  #itemFailed(error: PipelineError, { index }: Traveller): void {
    if (this.#stopped !== undefined) return;
    this.errors.record(String(error.stage), error);
    if (!this.#collect) return this.#fail(error);
    this.#results.drop(index);
  }

  #obey(signal: AbortSignal): void {
    const onAbort = (): void => void this.#stop(signal.reason);
    if (signal.aborted) return onAbort();
    void this.#ended.then(whenAborted(signal, onAbort));
  }
}
