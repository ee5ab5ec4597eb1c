import type { Caller } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';
import { whenAborted } from './abort-listeners.js';
import { Fifo } from './fifo.js';
import { timer } from './timer.js';

/** How long to wait. */
export interface WaitOptions {
  /** Milliseconds, default none; past it the wait rejects with `TimeoutError`. */
  readonly timeout?: number;
  /** Ends the wait, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

interface Waiter<V, P> {
  readonly payload: P;
  readonly resolve: (value: V) => void;
  readonly reject: (error: unknown) => void;
}

/** What else may end a wait. */
interface Ends {
  /** Whoever is served by it: when nobody hears of it any more, it ends. */
  readonly caller?: Caller;
  /** Told how to end it with an error; that does nothing when it is over. */
  readonly begun?: (giveUp: (error: Error) => void) => void;
}

/** Promises that wait for their turn, in order; each with something of its own. One that stops waiting leaves no hole. */
export class Waiters<V, P = undefined> {
  readonly #waiting = new Fifo<Waiter<V, P>>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Waits behind those who came before. `what` is what is waited for, in words. The options have passed `checkWait`. */
  wait(what: string, payload: P, options: WaitOptions, { caller, begun }: Ends = {}): Promise<V> {
    const { timeout, signal } = options;
    const signals = [signal, caller?.signal].filter((one) => one !== undefined);
    for (const { aborted, reason } of signals) if (aborted) return Promise.reject(reason as Error);
    return new Promise((resolve, reject) => {
      if (timeout === undefined && signals.length === 0 && begun === undefined) {
        this.#waiting.push({ payload, resolve, reject });
        return;
      }
      let over = false;
      const stop = (error: unknown): void => {
        if (over) return;
        this.#waiting.remove(entry);
        disarm();
        reject(error as Error);
      };
      const late =
        timeout === undefined
          ? undefined
          : timer(() => stop(new TimeoutError(`${what}: not within ${timeout} ms`, { executed: 'no' })), timeout);
      const deafen = signals.map((one) => whenAborted(one, () => stop(one.reason)));
      const disarm = (): void => {
        over = true;
        clearTimeout(late);
        for (const end of deafen) end();
      };
      const entry = this.#waiting.push({
        payload,
        resolve: (value) => {
          disarm();
          resolve(value);
        },
        reject: (error) => {
          disarm();
          reject(error as Error);
        },
      });
      begun?.(stop);
    });
  }

  /** Takes the one who has waited longest out of the line. */
  next(): Waiter<V, P> | undefined {
    return this.#waiting.shift()?.value;
  }
}

/** Throws RangeError or TypeError for options that make no sense, and the reason of a signal that is aborted. */
export function checkWait(what: string, { timeout, signal }: WaitOptions): void {
  if (timeout !== undefined && !(timeout >= 0))
    throw new RangeError(`${what}: timeout must be a number of milliseconds from 0, not ${timeout}`);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${what}: signal must be an AbortSignal`);
  signal?.throwIfAborted();
}
