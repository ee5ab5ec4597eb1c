import { Fifo } from './fifo.js';
import { Queue } from './queue.js';
import { QueueClosedError } from './queue-closed-error.js';
import type { Traveller } from './stage.js';

/** Results of a pipeline on their way to the reader. */
export interface PipelineResults {
  /** Results that wait for the reader. */
  readonly length: number;
  /** An item is about to enter the pipeline; waits where too many are under way. */
  admit(index: number): Promise<void>;
  /** An item has left the last stage; waits for room. */
  deliver(traveller: Traveller): Promise<void>;
  /** An item will not arrive. */
  drop(index: number): void;
  /** No more will come; with a failure, the reader gets it behind the results that it can still get. */
  close(failure?: { readonly reason: unknown }): void;
  /** The next result for the reader. */
  next(): Promise<IteratorResult<unknown, undefined>>;
}

/** Results as they come. */
export class ArrivalResults implements PipelineResults {
  readonly #results: Queue<unknown>;
  #failure: { readonly reason: unknown } | undefined;

  constructor(size: number) {
    this.#results = new Queue(size);
  }

  get length(): number {
    return this.#results.length;
  }

  async admit(): Promise<void> {}

  deliver({ value }: Traveller): Promise<void> {
    return this.#results.put(value);
  }

  drop(): void {}

  close(failure?: { readonly reason: unknown }): void {
    this.#failure ??= failure;
    this.#results.close();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    try {
      return { done: false, value: await this.#results.get() };
    } catch (error) {
      if (!(error instanceof QueueClosedError)) throw error;
      if (this.#failure !== undefined) throw this.#failure.reason;
      return { done: true, value: undefined };
    }
  }
}

interface Slot {
  state: 'open' | 'arrived' | 'dropped';
  value: unknown;
}

/**
 * Results in the order of the items. Each item gets a slot as it enters; the reader takes slot after slot. Their number bounds what
 * may be under way, so that a slow item cannot make the results behind it pile up.
 */
export class InputOrderResults implements PipelineResults {
  /** Holds as much as there are slots: entering waits for room in it. */
  readonly #room: Queue<void>;
  readonly #slots = new Fifo<Slot>();
  readonly #open = new Map<number, Slot>();
  #failure: { readonly reason: unknown } | undefined;
  #closed = false;
  #readers: (() => void)[] = [];

  /** `size`: most items that may be under way. */
  constructor(size: number) {
    this.#room = new Queue(size);
  }

  get length(): number {
    return this.#slots.size - this.#open.size;
  }

  async admit(index: number): Promise<void> {
    await this.#room.put();
    const slot: Slot = { state: 'open', value: undefined };
    this.#open.set(index, slot);
    this.#slots.push(slot);
  }

  async deliver({ index, value }: Traveller): Promise<void> {
    this.#settle(index, 'arrived', value);
  }

  drop(index: number): void {
    this.#settle(index, 'dropped', undefined);
  }

  close(failure?: { readonly reason: unknown }): void {
    this.#closed = true;
    this.#failure = failure;
    if (failure !== undefined) this.#room.abort(failure.reason);
    this.#wakeReaders();
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    for (;;) {
      const slot = this.#slots.first;
      if (slot !== undefined && slot.state !== 'open') {
        this.#slots.shift();
        if (this.#failure === undefined) await this.#room.get();
        if (slot.state === 'arrived') return { done: false, value: slot.value };
      } else if (this.#failure !== undefined) {
        throw this.#failure.reason;
      } else if (this.#closed && slot === undefined) {
        return { done: true, value: undefined };
      } else {
        await new Promise<void>((resolve) => this.#readers.push(resolve));
      }
    }
  }

  #settle(index: number, state: 'arrived' | 'dropped', value: unknown): void {
    const slot = this.#open.get(index);
    if (slot === undefined) return;
    this.#open.delete(index);
    slot.state = state;
    slot.value = value;
    this.#wakeReaders();
  }

  #wakeReaders(): void {
    const readers = this.#readers;
    this.#readers = [];
    for (const wake of readers) wake();
  }
}
