import { TimeoutError } from '@remoteobj/except';
import { Fifo } from './fifo.js';

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

/** Promises that wait for their turn, in order; each with something of its own. One that stops waiting leaves no hole. */
export class Waiters<V, P = undefined> {
  readonly #waiting = new Fifo<Waiter<V, P>>();

  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Waits behind those who came before. `what` is what is waited for, in words. `begun` is told how to end the wait with an error; that does nothing
   * when it is over.
   */
  wait(what: string, payload: P, options: WaitOptions, begun?: (giveUp: (error: Error) => void) => void): Promise<V> {
    const { timeout, signal } = checked(what, options);
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      if (timeout === undefined && signal === undefined && begun === undefined) {
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
      const onAbort = (): void => stop(signal?.reason);
      const timer =
        timeout === undefined
          ? undefined
          : setTimeout(() => stop(new TimeoutError(`${what}: not within ${timeout} ms`, { executed: 'no' })), timeout);
      signal?.addEventListener('abort', onAbort, { once: true });
      const disarm = (): void => {
        over = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
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

function checked(what: string, options: WaitOptions): WaitOptions {
  const { timeout, signal } = options;
  if (timeout !== undefined && !(timeout >= 0))
    throw new RangeError(`${what}: timeout must be a number of milliseconds from 0, not ${timeout}`);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`${what}: signal must be an AbortSignal`);
  return options;
}
