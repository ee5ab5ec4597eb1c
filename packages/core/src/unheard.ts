import { unheardGrace } from './limits.js';
import { afterTurn } from './turn.js';

/** The grace passes in so many parts: while a thread blocks nobody can listen, and then only one of them does. */
const parts = 4;

/**
 * Errors of operations that nobody awaits. They reach the `error` event, else the next flush, close or awaited set, else they
 * become an unhandled rejection: never silence.
 */
export class Unheard {
  /** New ones: whoever awaits such an operation later in the same tick has not said so yet, if this thread blocks in that tick. */
  readonly #fresh = new Map<number, unknown>();
  /** Those that the listener did not hear. */
  readonly #errors = new Map<number, unknown>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Told of every such error first, when the turn in which it came is over; true: it was heard. */
  listener: (error: unknown) => boolean = () => false;

  /** From now on only the listener is told: the link is about to be ended on purpose, which is no failure of what is under way. */
  quiet = false;

  add(id: number, error: unknown): void {
    if (this.#fresh.size === 0) afterTurn(() => this.#tell());
    this.#fresh.set(id, error);
  }

  /** Somebody awaits this very operation after all. */
  take(id: number): void {
    this.#fresh.delete(id);
    if (this.#errors.delete(id) && this.#errors.size === 0) this.#stop();
  }

  /** Throws what went unheard, an AggregateError when it is more than one. */
  raise(): void {
    this.#tell();
    const errors = [...this.#errors.values()];
    this.#errors.clear();
    this.#stop();
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} operations that were not awaited failed`);
  }

  #tell(): void {
    for (const [id, error] of [...this.#fresh]) {
      this.#fresh.delete(id);
      if (!this.listener(error) && !this.quiet) this.#errors.set(id, error);
    }
    if (this.#errors.size > 0 && this.#timer === undefined) this.#wait(parts);
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
