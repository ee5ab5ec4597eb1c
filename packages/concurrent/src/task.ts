import { isRemote, sync, type Remote } from '@remoteobj/core';
import { DeadlockError } from '@remoteobj/except';
import { addPlace, type Place } from './place.js';
import { Timeout } from './timeout.js';
import { timer } from './timer.js';
import { expectLess, expectMore, watchUnread } from './unread.js';
import type { Settled, Work } from './work.js';

/** Milliseconds to wait for the end of what was stopped. */
const longestStop = 1000;

/** A work with what comes of it: read by a promise, or waited for. */
export class Task {
  /** What runs, for errors. */
  readonly name: string;
  readonly #work: Work;
  /** Made when it is read, and what settles it. */
  #promise: Promise<unknown> | undefined;
  #settlePromise: ((outcome: Settled) => void) | undefined;
  readonly #place: Place;
  readonly #deadline: number;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  /** Among all that have begun. */
  readonly #number: number;
  /** What comes of it, as far as it is known here; it has ended when that is told. */
  #outcome: Settled | undefined;
  #ended = false;
  #heard = false;
  #blocking = false;

  /** Starts the work, which was called at `place`. `timeout` in milliseconds. */
  constructor(name: string, work: Work, place: Place, timeout: number | undefined) {
    this.name = name;
    this.#work = work;
    this.#place = place;
    this.#number = expectMore();
    this.#deadline = performance.now() + (timeout ?? Number.POSITIVE_INFINITY);
    this.#timer = timeout === undefined ? undefined : timer(() => void this.#timeUp(), timeout);
    work.start((outcome) => this.#settle(outcome));
  }

  /** A promise of what comes of it. */
  read(): Promise<unknown> {
    this.#heard = true;
    this.#promise ??= new Promise((resolve, reject) => {
      this.#settlePromise = ({ failed, value }) => (failed ? reject(value as Error) : resolve(value));
      if (this.#ended) this.#settlePromise(this.#outcome as Settled); // known at the end
    });
    return this.#promise;
  }

  /** What comes of it, waited for without turning the event loop; an object elsewhere in its blocking form. */
  block(): unknown {
    this.#heard = true;
    const { failed, value } = this.#outcome ?? this.#wait();
    if (failed) throw value;
    return isRemote(value) ? sync(value as Remote<unknown>) : value;
  }

  #wait(): Settled {
    if (this.#blocking)
      throw new DeadlockError(`${this.name} waits for this very call, which waits for its value: that can never end`);
    this.#blocking = true;
    try {
      const limited = this.#deadline !== Number.POSITIVE_INFINITY;
      const blocked = this.#work.block(limited ? Math.max(0, this.#deadline - performance.now()) : undefined);
      // The promise of a value settles by itself, with objects in their usual form.
      if (blocked !== undefined && this.#outcome === undefined) this.#outcome = this.#placed(blocked);
      if (this.#outcome !== undefined) return this.#outcome;
      void this.#timeUp();
      return { failed: false, value: Timeout };
    } finally {
      this.#blocking = false;
    }
  }

  async #timeUp(): Promise<void> {
    if (this.#outcome !== undefined) return;
    this.#outcome = { failed: false, value: Timeout };
    let late: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.#work.stop(), new Promise<void>((resolve) => (late = setTimeout(resolve, longestStop)))]);
    clearTimeout(late);
    this.#end(this.#outcome);
  }

  #settle(outcome: Settled): void {
    if (this.#outcome?.value === Timeout) return;
    // One that was waited for is known here already, and its error is the same.
    if (!outcome.failed || this.#outcome === undefined) this.#outcome = this.#placed(outcome);
    this.#end(this.#outcome);
  }

  #placed({ failed, value }: Settled): Settled {
    return { failed, value: failed && this.#work.elsewhere ? addPlace(value, this.#place) : value };
  }

  #end(outcome: Settled): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#settlePromise?.(outcome);
    if (outcome.failed) watchUnread({ error: outcome.value, isHeard: () => this.#heard });
    expectLess(this.#number);
  }
}
