import { setMaxListeners } from 'node:events';
import { Except, type ErrorOrigin } from '@remoteobj/except';
import { failureOf } from './map-failure.js';
import { checkMapOptions, type MapOptions, type MapProgress } from './map-options.js';
import { MapResults } from './map-results.js';
import { RecordOnce } from './record-once.js';

/** Makes a result of an item. */
export type Mapper<T, R> = (item: T, index: number) => R;

/** Calls the function for an item; the signal ends what nobody wants any more. */
export type Caller<T> = (item: T, index: number, signal: AbortSignal) => ItemCall;

/** The call for one item. */
interface ItemCall {
  readonly result: unknown;
  /** The worker that it was sent to. */
  origin(): ErrorOrigin | undefined;
}

/**
 * Results of `pool.map`: await it for all of them, or iterate them as they come, once. It works from the start on, and reads ahead of
 * whoever iterates only so far.
 */
export class Mapping<R> implements PromiseLike<R[]>, AsyncIterable<R> {
  /** Failures, in the default group unless the function recorded them here itself; each error has the `index` of its item, and as `remote` the worker that it was sent to. */
  readonly errors: Except;
  readonly #options: MapOptions;
  readonly #concurrency: number;
  readonly #results: MapResults<R>;
  readonly #recorder: RecordOnce;
  readonly #stop = new AbortController();
  #all: Promise<R[]> | undefined;
  #iterated = false;
  #started = 0;
  #running = 0;
  #done = 0;
  #failed = 0;
  /** How many items there are, where they say so. */
  readonly #length: number | undefined;
  /** How many there were; known when all have been read. */
  #count: number | undefined;
  #over = false;
  /** Lets the next item be read. */
  #goOn: (() => void) | undefined;
  #showProgress: ((progress: MapProgress) => void) | undefined;
  #endProgress: () => void = () => {};

  constructor(
    call: Caller<never>,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options: MapOptions,
    concurrency: number,
  ) {
    checkMapOptions(options);
    checkItems(items);
    this.#options = options;
    this.#concurrency = options.concurrency ?? concurrency;
    this.errors = options.errors ?? new Except();
    this.#recorder = new RecordOnce(this.errors);
    this.#length = lengthOf(items);
    this.#results = new MapResults<R>(options.ordered ?? true, () => this.#read());
    setMaxListeners(0, this.#stop.signal); // one for each call under way
    if (options.progress === true && process.stderr.isTTY) void this.#showBar();
    this.#obey(options.signal);
    void this.#feed(call as Caller<unknown>, items);
  }

  then<A = R[], B = never>(
    onFulfilled?: ((results: R[]) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return (this.#all ??= this.#collect()).then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R[] | B> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<R[]> {
    return (this.#all ??= this.#collect()).finally(onFinally);
  }

  /** Results as they come, once, of a map that is not awaited; a loop that is left stops the map. Rejects with TypeError otherwise. */
  async *[Symbol.asyncIterator](): AsyncGenerator<R, void, undefined> {
    if (this.#iterated) throw iteratedError();
    if (this.#all !== undefined) throw new TypeError('this map was awaited: use the array that it gave');
    this.#iterated = true;
    try {
      for (let next = await this.#results.next(); next.done !== true; next = await this.#results.next())
        yield next.value;
    } finally {
      this.#end();
    }
  }

  async #collect(): Promise<R[]> {
    if (this.#iterated) throw iteratedError();
    this.#results.unbounded = true; // the array holds all of them anyway
    this.#read();
    const all: R[] = [];
    for (let next = await this.#results.next(); next.done !== true; next = await this.#results.next())
      all.push(next.value);
    return all;
  }

  async #feed(call: Caller<unknown>, items: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
    try {
      for await (const item of items) {
        if (this.#over) return;
        void this.#work(call, item, this.#started++);
        if (!this.#hasRoom) await new Promise<void>((resolve) => (this.#goOn = resolve));
        if (this.#over) return;
      }
      this.#count = this.#started;
      this.#showProgress?.(this.#progress);
      this.#endIfDone();
    } catch (error) {
      this.#fail(error); // reading the items failed
    }
  }

  async #work(call: Caller<unknown>, item: unknown, index: number): Promise<void> {
    this.#running++;
    let origin: ItemCall['origin'] | undefined;
    try {
      const called = call(item, index, this.#stop.signal);
      origin = called.origin;
      const result = (await called.result) as R; // what the function says it gives
      if (this.#over) return;
      this.#done++;
      this.#results.put(index, result);
    } catch (error) {
      if (this.#over) return;
      this.#itemFailed(error, index, origin?.());
    } finally {
      this.#running--;
    }
    this.#tell();
    this.#endIfDone();
    this.#read();
  }

  #itemFailed(thrown: unknown, index: number, origin: ErrorOrigin | undefined): void {
    const error = failureOf(thrown, index, origin);
    this.#failed++;
    this.#recorder.record(null, error, { origin });
    if (this.#options.onError === 'collect') this.#results.put(index, undefined as R); // documented: it leaves undefined
    else this.#fail(error);
  }

  get #progress(): MapProgress {
    const total = this.#count ?? this.#length;
    return { done: this.#done, failed: this.#failed, ...(total === undefined ? {} : { total }) };
  }

  #tell(): void {
    const progress = this.#progress;
    try {
      this.#showProgress?.(progress);
      this.#options.onProgress?.(progress);
    } catch (error) {
      this.#fail(error);
    }
  }

  get #hasRoom(): boolean {
    return this.#running < this.#concurrency && this.#results.waiting + this.#running < 2 * this.#concurrency;
  }

  #read(): void {
    if (!this.#over && !this.#hasRoom) return;
    this.#goOn?.();
    this.#goOn = undefined;
  }

  #endIfDone(): void {
    if (this.#done + this.#failed === this.#count) this.#end();
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#results.close({ error });
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#results.close();
    this.#stop.abort();
    this.#endProgress();
    this.#read();
  }

  #obey(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const onAbort = (): void => this.#fail(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true, signal: this.#stop.signal });
  }

  async #showBar(): Promise<void> {
    const { startBar } = await import('./progress-bar.js');
    if (this.#over) return;
    const bar = startBar(this.#progress);
    this.#showProgress = bar.show;
    this.#endProgress = bar.end;
  }
}

/** Of others the size may be something else, such as how many fit into a queue. */
function lengthOf(items: object): number | undefined {
  if (Array.isArray(items) || (ArrayBuffer.isView(items) && !(items instanceof DataView)))
    return (items as ArrayLike<unknown>).length;
  return items instanceof Set || items instanceof Map ? items.size : undefined;
}

function checkItems(items: unknown): void {
  const iterable = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (typeof iterable?.[Symbol.asyncIterator] !== 'function' && typeof iterable?.[Symbol.iterator] !== 'function')
    throw new TypeError('pool.map(fn, items): items must be iterable, such as an array or an async generator');
}

function iteratedError(): TypeError {
  return new TypeError(
    'this map was iterated, and its results are there once: await it for an array instead, or iterate it in one place',
  );
}
