import { currentCaller, itemsAhead, type Caller } from '@remoteobj/core';
import { Fifo } from './fifo.js';
import { QueueClosedError } from './queue-closed-error.js';
import { QueueIterator } from './queue-iterator.js';
import { checkWait, Waiters, type WaitOptions } from './waiters.js';

/** Puts an item that was taken and not begun in front again; for this package only. */
export let putBack: <T>(queue: Queue<T>, item: T) => void;

/**
 * A bounded queue whose waiters are served in order.
 *
 * Passed to another process it goes by reference, so that both put into and get from the same queue.
 */
export class Queue<T> implements AsyncIterable<T> {
  /** Most items that it holds. */
  readonly size: number;
  #items = new Fifo<T>();
  readonly #getters = new Waiters<T>();
  readonly #putters = new Waiters<void, T>();
  readonly #joiners = new Waiters<void>();
  #unfinished = 0;
  #closed = false;
  #aborted: { readonly reason: unknown } | undefined;

  static {
    putBack = (queue, item) => queue.#putBack(item);
    // A loop in another process is sent one item at a time: the others are for whoever asks first.
    Object.defineProperty(this.prototype, itemsAhead, { value: 1 });
  }

  /** `size`: most items that it holds, default any number. Throws RangeError for anything but a whole number from 1 or Infinity. */
  constructor(size: number = Number.POSITIVE_INFINITY) {
    if (size !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(size) && size >= 1))
      throw new RangeError(`new Queue(size): size must be a whole number from 1, or Infinity, not ${size}`);
    this.size = size;
  }

  /** Number of items in it now. */
  get length(): number {
    return this.#items.size;
  }

  /** Whether nothing more can be put. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Number of items that were put and of which nobody has said that they are done. */
  get unfinished(): number {
    return this.#unfinished;
  }

  /**
   * Adds an item; waits for room.
   *
   * Rejects with `QueueClosedError` after `close`, with `TimeoutError` or the signal's reason; then the item was not added.
   */
  async put(item: T, options: WaitOptions = {}): Promise<void> {
    checkWait('put', options);
    if (this.#closed) throw this.#whyClosed('put: the queue was closed; nothing more can be put into it');
    if (this.#items.size >= this.size)
      return this.#putters.wait('put: the queue is full', item, options, { caller: currentCaller() });
    this.#add(item);
  }

  /**
   * Takes the oldest item; waits for one.
   *
   * Rejects with `QueueClosedError` when it is closed and empty, with `TimeoutError` or the signal's reason; then none was taken.
   */
  async get(options: WaitOptions = {}): Promise<T> {
    checkWait('get', options);
    return this.#get(options, currentCaller());
  }

  /** Takes what is in it now, the oldest first, at most `most` items; waits for nothing. */
  takeNow(most: number = Number.POSITIVE_INFINITY): T[] {
    const items: T[] = [];
    while (items.length < most && this.#items.size > 0) items.push(this.#take());
    return items;
  }

  /** Says that an item that was taken is done with. Throws RangeError when it is said more often than items were put. */
  taskDone(): void {
    if (this.#aborted !== undefined) return;
    if (this.#unfinished === 0)
      throw new RangeError('taskDone was called more often than items were put: call it once for each item taken');
    if (--this.#unfinished > 0) return;
    for (let joiner = this.#joiners.next(); joiner !== undefined; joiner = this.#joiners.next()) joiner.resolve();
  }

  /** Resolves when every item that was put is done. */
  async join(options: WaitOptions = {}): Promise<void> {
    checkWait('join', options);
    if (this.#aborted !== undefined) throw this.#aborted.reason;
    if (this.#unfinished > 0)
      return this.#joiners.wait('join: not every item is done', undefined, options, { caller: currentCaller() });
  }

  /**
   * Nothing more can be put; what is in it, and what waits for room already, can still be taken. May be repeated.
   *
   * Whoever waits for an item in vain gets `QueueClosedError`; loops end.
   */
  close(): void {
    this.#closed = true;
    for (let getter = this.#getters.next(); getter !== undefined; getter = this.#getters.next())
      getter.reject(this.#whyClosed(noMore));
  }

  /** Throws away what is in it; whoever waits or comes later gets `reason`. */
  abort(reason: unknown): void {
    if (this.#aborted !== undefined) return;
    this.#closed = true;
    this.#aborted = { reason };
    this.#items = new Fifo();
    for (const line of [this.#getters, this.#putters, this.#joiners])
      for (let waiter = line.next(); waiter !== undefined; waiter = line.next()) waiter.reject(reason);
  }

  /**
   * Iterates the items as they come, until it is closed and empty. An item counts as done when the next is asked for, or the loop left; then
   * what the loop has not begun stays in the queue. Also from another process, which is sent one item at a time.
   */
  [Symbol.asyncIterator](): QueueIterator<T> {
    return new QueueIterator({
      get: (signal) => this.#get({ signal }), // a loop may go on when the call that began it is over
      putBack: (item) => this.#putBack(item),
      done: () => this.taskDone(),
    });
  }

  async #get(options: WaitOptions, caller?: Caller): Promise<T> {
    if (this.#items.size > 0) return this.#take();
    if (this.#closed) throw this.#whyClosed(noMore);
    return this.#getters.wait('get: the queue is empty', undefined, options, caller === undefined ? {} : { caller });
  }

  #putBack(item: T): void {
    const getter = this.#getters.next();
    if (getter !== undefined) getter.resolve(item);
    else if (this.#aborted === undefined) this.#items.unshift(item);
  }

  #add(item: T): void {
    this.#unfinished++;
    const getter = this.#getters.next();
    if (getter === undefined) this.#items.push(item);
    else getter.resolve(item);
  }

  #take(): T {
    const { value } = this.#items.shift() as { value: T }; // the caller has seen that there is one
    const putter = this.#putters.next();
    if (putter !== undefined) {
      this.#add(putter.payload);
      putter.resolve();
    }
    return value;
  }

  #whyClosed(text: string): unknown {
    return this.#aborted === undefined ? new QueueClosedError(text) : this.#aborted.reason;
  }
}

const noMore = 'get: the queue was closed, and everything in it was taken';
