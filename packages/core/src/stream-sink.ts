import { whenAll } from './later.js';
import { itemsInstead, type Items } from './items-instead.js';
import { streamWindow } from './limits.js';
import type { Values } from './message.js';
import type { Request } from './request.js';

interface Failure {
  readonly error: unknown;
}

/** What a consumer needs of its connection. */
export interface SinkLink {
  sendCredit(id: number, count: number): void;
  sendReturn(id: number): void;
  /** The producer has ended, and no part of an item is awaited any more. */
  ended(id: number, failure: Failure | undefined): void;
}

/** One item as it came; its value is whole once what is awaited in it is here. */
export interface StreamItem extends Values {
  readonly value: unknown;
}

interface Waiter {
  resolve(result: IteratorResult<unknown> | Promise<IteratorResult<unknown>>): void;
  reject(error: unknown): void;
}

/**
 * The receiving end of an iteration: items in order, credit back as they are taken.
 *
 * An item in which something is awaited keeps its place: what came behind it, the end included, comes out behind it. No microtask
 * is needed for that, because this thread may block.
 */
export class StreamSink {
  readonly request: Request;
  readonly id: number;
  readonly #link: SinkLink;
  readonly #items: StreamItem[] = [];
  /** Those of them in which something is awaited. */
  readonly #open = new Set<StreamItem>();
  readonly #waiters: Waiter[] = [];
  /** Gives the items of a default. */
  #local: Items | undefined = undefined;
  #taken = 0;
  #bounded = false;
  /** What the producer does; `over`: it has ended, and nothing is awaited any more. */
  #state: 'open' | 'returning' | 'ended' | 'over' = 'open';
  /** What comes behind the items instead of a plain end. */
  #failure: Failure | undefined;
  #failureTold = false;
  #returned: (() => void)[] = [];

  constructor(request: Request, link: SinkLink) {
    this.request = request;
    this.id = request.id;
    this.#link = link;
  }

  item(item: StreamItem): void {
    if (this.#state !== 'open') return;
    this.#items.push(item);
    if (item.later === undefined) return this.#settled(item, item.failure);
    this.#open.add(item);
    whenAll(item.later, (failure) => {
      if (this.#open.delete(item)) this.#settled(item, failure);
    });
  }

  /** The producer has ended. */
  end(failure?: Failure): void {
    if (this.#hasEnded) return;
    this.#state = 'ended';
    // Items that came before the error are delivered before it.
    this.#failure ??= failure;
    this.#advance();
  }

  /** Nothing comes any more, also nothing of what is awaited. */
  cut(failure: Failure): void {
    this.end(failure);
    const [first] = this.#open;
    if (first !== undefined) this.#settled(first, failure);
  }

  /** Nobody is there: the items are those of a default. */
  instead(value: unknown): void {
    if (this.#hasEnded) return;
    if (this.#state === 'returning') return this.end(); // nobody wants them any more
    try {
      this.#local = itemsInstead(this.request, value);
    } catch (error) {
      return this.end({ error });
    }
    this.#state = 'over';
    this.#link.ended(this.id, undefined);
    for (const { resolve } of this.#waiters.splice(0)) resolve(this.next());
  }

  /** Whether `take` has something to give. */
  get ready(): boolean {
    if (this.#local !== undefined) return true;
    const first = this.#items[0];
    if (first !== undefined) return !this.#open.has(first);
    return this.#hasEnded || this.#failure !== undefined;
  }

  /** The next item of those that are here, or the end. Throws what ended the iteration, once. */
  take(): IteratorResult<unknown> {
    if (this.#local !== undefined) return this.#local.next() as IteratorResult<unknown>;
    const item = this.#items.shift();
    if (item === undefined) {
      this.#raise();
      return { done: true, value: undefined };
    }
    this.#giveCredit();
    return { done: false, value: item.value };
  }

  /** The producer is fewer items ahead than it got credit for, and waits for more when they are taken. */
  bounded(): void {
    this.#bounded = true;
    if (this.#waiters.length > 0) this.want();
  }

  /** Somebody waits, and has taken what came: a producer that may not be ahead goes on. */
  want(): void {
    if (this.#bounded && this.#taken > 0 && this.#items.length === 0) this.#sendCredit();
  }

  /** Stops the producer; it has ended when `ready` says so, and `take` throws when its clean-up failed. */
  stop(): void {
    if (this.#local !== undefined) return void this.#local.return?.();
    this.#items.length = 0;
    this.#open.clear();
    this.#failure = undefined; // of what nobody wants any more: the producer may have been ahead
    this.#failureTold = false;
    if (this.#hasEnded) return this.#advance();
    this.#sendReturn();
  }

  async next(): Promise<IteratorResult<unknown>> {
    if (this.#local !== undefined) {
      const { done, value } = await this.#local.next();
      return done === true ? { done, value } : { done: false, value: await value };
    }
    return new Promise((resolve, reject) => {
      if (this.ready) return resolve(this.take());
      this.#waiters.push({ resolve, reject });
      this.want();
    });
  }

  /** Stops the producer; resolves when its clean-up has run, rejects when that failed. */
  async return(): Promise<void> {
    if (this.#local !== undefined) return void (await this.#local.return?.());
    for (const waiter of this.#waiters.splice(0)) waiter.resolve({ done: true, value: undefined });
    this.stop();
    if (this.#state !== 'over') await new Promise<void>((resolve) => this.#returned.push(resolve));
    this.#raise();
  }

  get #hasEnded(): boolean {
    return this.#state === 'ended' || this.#state === 'over';
  }

  /** All of an item is here, or something of it failed: then it ends the iteration in its place. */
  #settled(item: StreamItem, failure: Failure | undefined): void {
    if (failure !== undefined) {
      for (const lost of this.#items.splice(this.#items.indexOf(item))) this.#open.delete(lost);
      this.#failure = failure;
      this.#sendReturn();
    }
    this.#advance();
  }

  #sendReturn(): void {
    if (this.#state !== 'open') return;
    this.#state = 'returning';
    this.#link.sendReturn(this.id);
  }

  /** Gives out what is here; it is over when nothing more can come. */
  #advance(): void {
    while (this.#waiters.length > 0 && this.ready) {
      const waiter = this.#waiters.shift() as Waiter;
      try {
        waiter.resolve(this.take());
      } catch (error) {
        waiter.reject(error);
      }
    }
    if (this.#waiters.length > 0) this.want();
    if (this.#state !== 'ended' || this.#open.size > 0) return;
    this.#state = 'over';
    this.#link.ended(this.id, this.#failure);
    for (const done of this.#returned.splice(0)) done();
  }

  #raise(): void {
    if (this.#failure === undefined || this.#failureTold) return;
    this.#failureTold = true;
    throw this.#failure.error;
  }

  /** Credit goes back by half windows: enough to keep the producer busy without a message an item. */
  #giveCredit(): void {
    if (++this.#taken >= streamWindow / 2) this.#sendCredit();
  }

  #sendCredit(): void {
    if (this.#state !== 'open') return;
    this.#link.sendCredit(this.id, this.#taken);
    this.#taken = 0;
  }
}
