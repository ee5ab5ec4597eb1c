import { QueueClosedError } from './queue-closed-error.js';

/** What a loop needs of its queue. */
interface Source<T> {
  /** Takes an item; waits for one until the signal is aborted. */
  get(signal: AbortSignal): Promise<T>;
  /** Takes back an item that was taken for somebody who has left. */
  putBack(item: T): void;
  /** An item is done. */
  done(): void;
}

/**
 * A loop over a queue. Not a generator: that would let `return()` wait for an item that may never come, and lose it when it comes.
 */
export class QueueIterator<T> implements AsyncIterableIterator<T, undefined, undefined> {
  readonly #source: Source<T>;
  readonly #left = new AbortController();
  /** Items that were given out and are not done. */
  #begun = 0;

  constructor(source: Source<T>) {
    this.#source = source;
  }

  /** Says that the items before are done, and gives the next one; waits for it. */
  async next(): Promise<IteratorResult<T, undefined>> {
    this.#finish();
    const { signal } = this.#left;
    if (signal.aborted) return end;
    try {
      const value = await this.#source.get(signal);
      if (!signal.aborted) {
        this.#begun++;
        return { done: false, value };
      }
      this.#source.putBack(value);
    } catch (error) {
      if (!signal.aborted && !(error instanceof QueueClosedError)) throw error;
    }
    return end;
  }

  /** Leaves the loop: a `next` that waits ends at once, and takes nothing. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.#finish();
    this.#left.abort();
    return end;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(): void {
    for (; this.#begun > 0; this.#begun--) this.#source.done();
  }
}

const end: { readonly done: true; readonly value: undefined } = { done: true, value: undefined };
