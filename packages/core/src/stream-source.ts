import type { Batch } from './batch.js';
import { writeNumbered, writeWithValue } from './encode.js';
import type { OpenIterator } from './evaluator.js';
import { Kind } from './message.js';

/** What a producer needs of its connection. */
export interface SourceLink {
  readonly control: Batch;
  schedule(): void;
  ended(id: number): void;
}

/**
 * Sends the items of an iteration as far as the consumer has given credit, one frame for what one turn yields.
 *
 * The producer's `finally` runs when the consumer stops, when the link ends, and never twice.
 */
export class StreamSource {
  readonly #id: number;
  readonly #link: SourceLink;
  readonly #open: OpenIterator;
  #credit: number;
  #pumping = false;
  #finished = false;
  #stopping = false;

  constructor(id: number, open: OpenIterator, link: SourceLink) {
    this.#id = id;
    this.#open = open;
    this.#link = link;
    this.#credit = open.credit;
    void this.#pump();
  }

  give(credit: number): void {
    this.#credit += credit;
    void this.#pump();
  }

  /** The consumer wants no more: the producer's clean-up runs, then the end is told. */
  stop(): void {
    this.#stopping = true;
    if (!this.#pumping) void this.#finishEarly();
  }

  /** Nobody is there to be told. */
  abandon(): void {
    this.#finished = true;
    this.#stopping = true;
    void this.#return().catch(() => {});
  }

  async #pump(): Promise<void> {
    if (this.#pumping || this.#finished) return;
    this.#pumping = true;
    const { iterator, async } = this.#open;
    try {
      while (this.#credit > 0 && !this.#stopping) {
        // Synchronous iterators are drained in one turn, so that their items share a frame.
        const result = async
          ? await (iterator as AsyncIterator<unknown>).next()
          : (iterator as Iterator<unknown>).next();
        if (this.#finished) return;
        if (typeof result !== 'object' || result === null)
          throw new TypeError(`an iterator's next() gave ${String(result)}, which is no object`);
        if (result.done) return this.#end();
        const value: unknown = !async && result.value instanceof Promise ? await result.value : result.value;
        this.#credit--;
        try {
          writeWithValue(this.#link.control, Kind.item, this.#id, value, 'item');
        } catch (error) {
          // An item that cannot cross ends the iteration like an error of the producer, whose clean-up runs.
          await this.#return().catch(() => {});
          throw error;
        }
        this.#link.schedule();
      }
    } catch (error) {
      return this.#fail(error);
    } finally {
      this.#pumping = false;
    }
    if (this.#stopping) await this.#finishEarly();
  }

  async #finishEarly(): Promise<void> {
    if (this.#finished) return;
    try {
      await this.#return();
      this.#end();
    } catch (error) {
      this.#fail(error);
    }
  }

  async #return(): Promise<void> {
    const iterator = this.#open.iterator;
    if (typeof iterator.return === 'function') await iterator.return();
  }

  #end(): void {
    if (this.#finished) return;
    this.#finished = true;
    writeNumbered(this.#link.control, Kind.end, this.#id);
    this.#link.schedule();
    this.#link.ended(this.#id);
  }

  #fail(error: unknown): void {
    if (this.#finished) return;
    this.#finished = true;
    try {
      writeWithValue(this.#link.control, Kind.failure, this.#id, error, 'error', 0);
    } catch (unserializable) {
      writeWithValue(this.#link.control, Kind.failure, this.#id, unserializable, 'error', 0);
    }
    this.#link.schedule();
    this.#link.ended(this.#id);
  }
}
