import { currentCaller, type Hold } from '@remoteobj/core';
import { permit, type Permit } from './permit.js';
import { checkWait, Waiters, type WaitOptions } from './waiters.js';

/**
 * Lets at most so many go on at the same time; the others wait in line.
 *
 * Passed to another process it goes by reference, and works there the same; what a process holds is freed when it dies.
 */
export class Semaphore {
  readonly #waiting = new Waiters<undefined>();
  readonly #holds = new Map<object, Hold>();
  readonly #permits: number;
  #available: number;

  /** `permits`: how many may go on at the same time. Throws RangeError for anything but a whole number from 1. */
  constructor(permits: number) {
    if (!(Number.isSafeInteger(permits) && permits >= 1))
      throw new RangeError(`new Semaphore(n): n must be a whole number from 1, not ${permits}`);
    this.#permits = permits;
    this.#available = permits;
  }

  /** How many permits are free. */
  get available(): number {
    return this.#available;
  }

  /** How many wait for one. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Waits for a permit: `using _ = await semaphore.acquire()` gives it back at the end of the block.
   *
   * Not reentrant: whoever holds the last permit and asks for another one waits for itself. Rejects with `TimeoutError`, the signal's
   * reason, or `DeadlockError` in a circle of waits; then nothing is held. With a `timeout` or a `signal` of its own it can end by itself, and is
   * in no circle.
   */
  async acquire(options: WaitOptions = {}): Promise<Permit> {
    checkWait('acquire', options);
    if (this.#available === 0) return this.#acquireLater(options);
    this.#available--;
    return this.#permit();
  }

  /** A permit if one is free now, otherwise undefined. */
  tryAcquire(): Permit | undefined {
    if (this.#available === 0) return undefined;
    this.#available--;
    return this.#permit();
  }

  async #acquireLater(options: WaitOptions): Promise<Permit> {
    let isOver = (): void => {};
    try {
      const caller = currentCaller();
      const begun = (giveUp: (error: Error) => void): void => {
        const isLimited = options.timeout !== undefined || options.signal !== undefined;
        const holds = (): Iterable<Hold> => (isLimited ? [] : this.#holds.values());
        if (this.#permits === 1 || isLimited) isOver = caller.waitsFor('a lock of its own', holds, giveUp);
        else isOver = caller.waitsFor('a permit of its own', holds, giveUp, this);
      };
      await this.#waiting.wait('acquire: everything is taken', undefined, options, { caller, begun });
    } finally {
      isOver();
    }
    return this.#permit();
  }

  #permit(): Permit {
    const given = permit((held) => {
      this.#holds.delete(held);
      this.#free();
    });
    this.#holds.set(given.held, { object: given.held, since: performance.now() });
    return given.permit;
  }

  /** It goes from hand to hand, so nobody who comes later can overtake those in line. */
  #free(): void {
    const next = this.#waiting.next();
    if (next === undefined) this.#available++;
    else next.resolve(undefined);
  }
}
