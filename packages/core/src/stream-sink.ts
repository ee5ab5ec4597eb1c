import { streamWindow } from './limits.js';
import type { Request } from './request.js';

/** What a consumer needs of its connection. */
export interface SinkLink {
  sendCredit(id: number, count: number): void;
  sendReturn(id: number): void;
  ended(id: number, failure: { readonly error: unknown } | undefined): void;
}

interface Waiter {
  resolve(result: IteratorResult<unknown>): void;
  reject(error: unknown): void;
}

/** The receiving end of an iteration: items in order, credit back as they are taken. */
export class StreamSink {
  readonly request: Request;
  readonly id: number;
  readonly #link: SinkLink;
  readonly #items: unknown[] = [];
  readonly #waiters: Waiter[] = [];
  #taken = 0;
  #state: 'open' | 'returning' | 'ended' = 'open';
  #failure: { readonly error: unknown } | undefined;
  #returned: (() => void)[] = [];

  constructor(request: Request, link: SinkLink) {
    this.request = request;
    this.id = request.id;
    this.#link = link;
  }

  item(value: unknown): void {
    if (this.#state !== 'open') return;
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#items.push(value);
    } else {
      this.#take();
      waiter.resolve({ done: false, value });
    }
  }

  end(failure?: { readonly error: unknown }): void {
    if (this.#state === 'ended') return;
    const wasReturning = this.#state === 'returning';
    this.#state = 'ended';
    this.#link.ended(this.id, failure);
    // Items that came before the error are delivered before it.
    this.#failure = failure;
    for (const waiter of this.#waiters.splice(0)) this.#settle(waiter);
    if (wasReturning) for (const done of this.#returned.splice(0)) done();
  }

  /** Whether `take` has something to give. */
  get ready(): boolean {
    return this.#items.length > 0 || this.#state === 'ended';
  }

  /** The next item of those that are here, or the end. Throws what ended the iteration, once. */
  take(): IteratorResult<unknown> {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#take();
      return { done: false, value };
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return { done: true, value: undefined };
  }

  /** Stops the producer; it has ended when `ready` says so, and `take` throws when its clean-up failed. */
  stop(): void {
    this.#items.length = 0;
    if (this.#state !== 'open') return;
    this.#state = 'returning';
    this.#link.sendReturn(this.id);
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#take();
      return Promise.resolve({ done: false, value });
    }
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#state === 'open') this.#waiters.push(waiter);
      else this.#settle(waiter);
    });
  }

  /** Stops the producer; resolves when its clean-up has run, rejects when that failed. */
  async return(): Promise<void> {
    this.#items.length = 0;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ done: true, value: undefined });
    if (this.#state !== 'ended') {
      const first = this.#state === 'open';
      this.#state = 'returning';
      const done = new Promise<void>((resolve) => this.#returned.push(resolve));
      if (first) this.#link.sendReturn(this.id);
      await done;
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  /** Nobody holds the iterator any more. */
  drop(): void {
    if (this.#state !== 'open') return;
    this.#state = 'returning';
    this.#items.length = 0;
    this.#link.sendReturn(this.id);
  }

  #settle(waiter: Waiter): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure === undefined) waiter.resolve({ done: true, value: undefined });
    else waiter.reject(failure.error);
  }

  /** Credit goes back by half windows: enough to keep the producer busy without a message an item. */
  #take(): void {
    if (++this.#taken < streamWindow / 2 || this.#state !== 'open') return;
    this.#link.sendCredit(this.id, this.#taken);
    this.#taken = 0;
  }
}
