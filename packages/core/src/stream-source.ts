import type { Batch } from './batch.js';
import { servedFor, type Caller } from './callers.js';
import { within, type Chain } from './chain.js';
import { writeNumbered, writeWithValue } from './encode.js';
import { blockedItemError } from './errors.js';
import { printSteps, type OpenIterator } from './evaluator.js';
import { isPromise } from './kinds.js';
import { whenSettled } from './later.js';
import { Kind } from './message.js';
import type { Suspended } from './open-waits.js';
import type { Step } from './operation.js';
import { settledNow } from './peek.js';
import { awaitsItem, isAwaited, type Producing, type Wait } from './waiting.js';

/** What a producer needs of its connection. */
export interface SourceLink {
  readonly control: Batch;
  schedule(): void;
  ended(id: number): void;
}

/** The call that began an iteration: its producer works for the same caller, in the same chain of calls. */
export interface Iterating {
  readonly id: number;
  readonly caller: Caller;
  readonly chain: Chain | undefined;
  readonly steps: readonly Step[];
}

type Settled = (failed: boolean, value: unknown) => void;

/**
 * Sends the items of an iteration as far as the consumer has given credit, one frame for what one turn yields.
 *
 * The producer's `finally` runs when the consumer stops, also while an item is awaited, when the link ends, and never twice.
 * Synchronous iterators are served without a promise, because a thread that is polled runs no microtask.
 */
export class StreamSource implements Suspended, Producing {
  readonly caller: Caller;
  readonly chain: Chain | undefined;
  /** What the producer works on, as far as that is a promise. */
  settled: Promise<unknown> | undefined = undefined;
  readonly #id: number;
  readonly #steps: readonly Step[];
  readonly #link: SourceLink;
  readonly #open: OpenIterator;
  #credit = 0;
  /** An item was asked for and has not come. */
  #asking = false;
  /** Code of the producer runs, or an item is written. */
  #busy = false;
  /** Goes on with what `settled` came to. */
  #goOn: Settled | undefined = undefined;
  #state: 'open' | 'stopping' | 'ended' = 'open';
  #reason: Error | undefined = undefined;
  /** Its clean-up has begun, or it has ended by itself. */
  #closed = false;

  constructor({ id, caller, chain, steps }: Iterating, open: OpenIterator, link: SourceLink) {
    this.#id = id;
    this.#steps = steps;
    this.caller = caller;
    this.chain = chain;
    this.#open = open;
    this.#link = link;
  }

  /** So many more items may be sent. */
  give(credit: number): void {
    this.#credit += credit;
    this.#advance();
  }

  /** No more is wanted, or, with a reason, given: the producer's clean-up runs, then the end is told. */
  stop(reason?: Error): void {
    if (this.#state !== 'open') return;
    if (reason !== undefined && this.settled !== undefined) {
      this.#fail(reason); // what is awaited may never come
      return this.abandon();
    }
    this.#state = 'stopping';
    this.#reason = reason;
    this.#advance();
  }

  /** Nobody is there to be told. */
  abandon(): void {
    this.#state = 'ended';
    awaitsItem(this, false);
    this.#advance();
    this.caller.leave();
  }

  hurry(wait: Wait, late: boolean): void {
    if (this.#busy) return;
    const now = this.settled && settledNow(this.settled);
    if (now !== undefined) return this.#goOn?.(now.failed, now.value);
    if (!late) return;
    this.#fail(blockedItemError(printSteps(this.#steps), wait.request.view));
    this.abandon();
  }

  /** Does what is to be done next. What is asked for while the producer's code runs, which may block, is seen to afterwards. */
  #advance(settled?: () => void): void {
    if (this.#busy) return;
    this.#busy = true;
    settled?.();
    // Synchronous iterators are drained in one turn, so that their items share a frame.
    while (this.#credit > 0 && !this.#asking && this.#state === 'open') {
      this.#asking = true;
      this.#run(
        () => this.#open.iterator.next(),
        (failed, result) => this.#answered(failed, result),
      );
    }
    if (this.#state !== 'open')
      this.#close((failed, error) => {
        if (failed) this.#fail(error);
        else if (this.#reason !== undefined) this.#fail(this.#reason);
        else this.#end();
      });
    this.#busy = false;
  }

  /** Runs code of the producer; a promise that it gives is awaited. */
  #run(task: () => unknown, then: Settled): void {
    let value: unknown;
    try {
      value = servedFor(this.caller, () => within(this.chain, task));
      if (this.#open.async) value = Promise.resolve(value);
    } catch (error) {
      return then(true, error);
    }
    if (isPromise(value)) this.#await(value, then);
    else then(false, value);
  }

  #await(promise: Promise<unknown>, then: Settled): void {
    const now = isAwaited(this.chain) ? settledNow(promise) : undefined;
    if (now !== undefined) return then(now.failed, now.value);
    let told = false;
    const goOn: Settled = (failed, value) => {
      if (told) return;
      told = true;
      if (this.settled === promise) this.#awaiting();
      this.#advance(() => then(failed, value));
    };
    this.#awaiting(promise, goOn);
    whenSettled(promise, goOn);
  }

  #awaiting(promise?: Promise<unknown>, goOn?: Settled): void {
    this.settled = promise;
    this.#goOn = goOn;
    if (this.chain !== undefined) awaitsItem(this, promise !== undefined && this.#state !== 'ended');
  }

  #answered(failed: boolean, result: unknown): void {
    if (failed) return this.#broke(result);
    try {
      if (typeof result !== 'object' || result === null)
        throw new TypeError(`an iterator's next() gave ${String(result)}, which is no object`);
      const { done, value } = result as IteratorResult<unknown>;
      if (done === true) return this.#over();
      if (!this.#open.async && isPromise(value)) this.#await(value, (late, item) => this.#item(late, item));
      else this.#item(false, value);
    } catch (error) {
      this.#broke(error);
    }
  }

  #item(failed: boolean, value: unknown): void {
    this.#asking = false;
    if (this.#state !== 'open') return;
    this.#credit--;
    const { control } = this.#link;
    control.awaited = isAwaited(this.chain);
    try {
      if (failed) throw value;
      writeWithValue(control, Kind.item, this.#id, value, 'item');
      this.#link.schedule();
    } catch (error) {
      // An item that cannot cross ends the iteration like an error of the producer, whose clean-up runs.
      this.#state = 'stopping';
      this.#close(() => this.#fail(error));
    } finally {
      control.awaited = false;
    }
  }

  /** No item is left. A clean-up that has begun says itself when it is over. */
  #over(): void {
    this.#asking = false;
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
  }

  #broke(error: unknown): void {
    this.#asking = false;
    this.#closed = true;
    this.#fail(error);
  }

  /** Runs the producer's clean-up, if that has not begun. */
  #close(then: Settled): void {
    if (this.#closed) return;
    this.#closed = true;
    const { iterator } = this.#open;
    this.#run(() => (typeof iterator.return === 'function' ? iterator.return() : undefined), then);
  }

  #end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    writeNumbered(this.#link.control, Kind.end, this.#id);
    this.#link.schedule();
    awaitsItem(this, false);
    this.#link.ended(this.#id);
  }

  #fail(error: unknown): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    try {
      writeWithValue(this.#link.control, Kind.failure, this.#id, error, 'error', 0);
    } catch (unserializable) {
      writeWithValue(this.#link.control, Kind.failure, this.#id, unserializable, 'error', 0);
    }
    this.#link.schedule();
    awaitsItem(this, false);
    this.#link.ended(this.#id);
  }
}
