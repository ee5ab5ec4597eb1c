import { unheardGrace } from './limits.js';

/** The grace passes in so many parts: while a thread blocks nobody can listen, and then only one of them does. */
const parts = 4;

/**
 * Errors of operations that nobody awaits. They reach the `error` event, else the next flush, close or awaited set, else they
 * become an unhandled rejection: never silence.
 */
export class Unheard {
  readonly #errors = new Map<number, unknown>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Told of every such error first; true: it was heard. */
  listener: (error: unknown) => boolean = () => false;

  get size(): number {
    return this.#errors.size;
  }

  add(id: number, error: unknown): void {
    if (this.listener(error)) return;
    this.#errors.set(id, error);
    if (this.#timer === undefined) this.#wait(parts);
  }

  /** Somebody awaits this very operation after all. */
  take(id: number): void {
    if (this.#errors.delete(id) && this.#errors.size === 0) this.#stop();
  }

  /** Throws what went unheard, an AggregateError when it is more than one. */
  raise(): void {
    const errors = [...this.#errors.values()];
    this.#errors.clear();
    this.#stop();
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} operations that were not awaited failed`);
  }

  #wait(left: number): void {
    const next = (): void => (left > 1 ? this.#wait(left - 1) : this.#complain());
    this.#timer = setTimeout(next, unheardGrace / parts);
  }

  #complain(): void {
    this.#timer = undefined;
    for (const error of this.#errors.values()) void Promise.reject(error);
    this.#errors.clear();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
