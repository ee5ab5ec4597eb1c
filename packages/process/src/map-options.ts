import { LocalExcept, type Except } from '@remoteobj/except';

/** How far a map has come. */
export interface MapProgress {
  /** Items whose results are there. */
  readonly done: number;
  /** Items that failed. */
  readonly failed: number;
  /** How many there are: of an array, a typed array, a Set or a Map at once, of others when all have been read. */
  readonly total?: number;
}

/** Options of `pool.map`. */
export interface MapOptions {
  /**
   * Items that are worked on at the same time, at most; default twice the size of the pool, so that no worker waits for its next.
   * As many again may be finished and wait for whoever iterates; no further items are read before that.
   */
  readonly concurrency?: number;
  /** Whether results come in the order of the items; default true. */
  readonly ordered?: boolean;
  /** Called after each item. */
  readonly onProgress?: (progress: MapProgress) => void;
  /** Whether a bar is shown on standard error, where that is a terminal; default false. */
  readonly progress?: boolean;
  /** `stop` (default): the first failure ends it. `collect`: failures are recorded, and the other items go on. */
  readonly onError?: 'stop' | 'collect';
  /** Where failures are recorded, unless the function recorded them there itself; default one of its own. */
  readonly errors?: Except;
  /** Ends it; it then rejects with the signal's reason, and calls under way are cancelled. */
  readonly signal?: AbortSignal;
}

/** Throws TypeError or RangeError for what makes no sense, naming the option. */
export function checkMapOptions(options: MapOptions): void {
  const { concurrency, ordered, onProgress, progress, onError, errors, signal } = options;
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new TypeError(`pool.map: there is no option '${key}'; there are ${known.join(', ')}`);
  }
  if (
    concurrency !== undefined &&
    !(concurrency === Number.POSITIVE_INFINITY || (Number.isSafeInteger(concurrency) && concurrency >= 1))
  )
    throw new RangeError(`pool.map: concurrency must be a whole number from 1, not ${concurrency}`);
  for (const [name, value] of Object.entries({ ordered, progress })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new TypeError(`pool.map: ${name} must be true or false`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError('pool.map: onProgress must be a function');
  if (onError !== undefined && onError !== 'stop' && onError !== 'collect')
    throw new TypeError(`pool.map: onError must be 'stop' or 'collect', not '${String(onError)}'`);
  if (errors !== undefined && !(errors instanceof LocalExcept))
    throw new TypeError('pool.map: errors must be an Except');
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError('pool.map: signal must be an AbortSignal');
}

const known = ['concurrency', 'ordered', 'onProgress', 'progress', 'onError', 'errors', 'signal'];
