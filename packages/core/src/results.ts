import { dropResult } from './disposal.js';
import { goneError } from './errors.js';

interface Result {
  state: 'open' | 'fulfilled' | 'rejected';
  value: unknown;
  promise: Promise<unknown> | undefined;
  settle: ((failed: boolean, value: unknown) => void) | undefined;
}

/** Results of the other side's requests that it may still build on, ask for or release. */
export class Results {
  readonly #results = new Map<number, Result>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#results.size;
  }

  has(id: number): boolean {
    return this.#results.has(id);
  }

  isOpen(id: number): boolean {
    return this.#results.get(id)?.state === 'open';
  }

  /** A request will have a result that is not known yet. */
  expect(id: number): void {
    if (this.#results.has(id)) return;
    const result: Result = { state: 'open', value: undefined, promise: undefined, settle: undefined };
    result.promise = new Promise((resolve, reject) => {
      result.settle = (failed, value) => (failed ? reject(value) : resolve(value));
    });
    result.promise.catch(() => {}); // heard by whoever asks for it
    this.#add(id, result);
  }

  /** The result is here; a promise as value is a result that is still open. */
  keep(id: number, failed: boolean, value: unknown): void {
    const known = this.#results.get(id);
    const state = failed ? 'rejected' : 'fulfilled';
    if (known === undefined) return this.#add(id, { state, value, promise: undefined, settle: undefined });
    if (known.state !== 'open') return;
    known.state = state;
    known.value = value;
    known.settle?.(failed, value);
  }

  /** The value, or a promise of it; a rejected promise for a failure. Throws `StaleReferenceError` when it is not kept. */
  get(id: number): unknown {
    const result = this.#results.get(id);
    if (result === undefined) throw goneError(id, this.#most);
    if (result.state === 'fulfilled') return result.value;
    if (result.state === 'open') return result.promise;
    const failed = Promise.reject(result.value as Error);
    failed.catch(() => {});
    return failed;
  }

  /** Tells of a result that is still open as soon as it is here, without a turn: where a thread is polled none may come. */
  whenHere(id: number, listener: (failed: boolean, value: unknown) => void): void {
    const result = this.#results.get(id);
    const settle = result?.settle;
    if (result === undefined || settle === undefined) return;
    result.settle = (failed, value) => {
      settle(failed, value);
      listener(failed, value);
    };
  }

  release(id: number): void {
    const result = this.#results.get(id);
    this.#results.delete(id);
    if (result?.state === 'fulfilled') dropResult(result.value);
  }

  clear(): void {
    for (const { state, value } of this.#results.values()) if (state === 'fulfilled') dropResult(value);
    this.#results.clear();
  }

  /** Above the limit results are not kept: that harms only whoever goes on from one of them, and is told then. */
  #add(id: number, result: Result): void {
    if (this.#results.size < this.#most) this.#results.set(id, result);
  }
}
