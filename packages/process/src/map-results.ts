import { Fifo } from './fifo.js';

/** Results between those who make them and the one who reads them, in the order of the items or as they come. */
export class MapResults<R> {
  /** Whoever reads takes all there is, so none counts as waiting. */
  unbounded = false;
  readonly #ordered: boolean;
  readonly #taken: () => void;
  readonly #ready = new Fifo<R>();
  /** Results that came before those of earlier items. */
  readonly #early = new Map<number, R>();
  #nextIndex = 0;
  #closed = false;
  /** What follows the last result; where it is a failure and nobody reads, it is an unhandled rejection. */
  readonly #end: Promise<IteratorResult<R, undefined>>;
  #resolve: (end: IteratorResult<R, undefined>) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #wake: (() => void) | undefined;

  constructor(ordered: boolean, taken: () => void) {
    this.#ordered = ordered;
    this.#taken = taken;
    this.#end = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Those that nobody has taken yet. */
  get waiting(): number {
    return this.unbounded ? 0 : this.#ready.length + this.#early.size;
  }

  put(index: number, result: R): void {
    if (this.#ordered) {
      this.#early.set(index, result);
      for (; this.#early.has(this.#nextIndex); this.#nextIndex++) {
        this.#ready.push(this.#early.get(this.#nextIndex) as R);
        this.#early.delete(this.#nextIndex);
      }
    } else {
      this.#ready.push(result);
    }
    this.#tell();
  }

  /** No more will come: all are there, or it failed. What is there may still be read. */
  close(failure?: { readonly error: unknown }): void {
    if (this.#closed) return;
    this.#closed = true;
    if (failure === undefined) this.#resolve({ done: true, value: undefined });
    else this.#reject(failure.error);
    this.#tell();
  }

  /** The next result; rejects with why there is none. */
  async next(): Promise<IteratorResult<R, undefined>> {
    this.#end.catch(() => {}); // whoever reads hears of it
    while (this.#ready.length === 0 && !this.#closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#ready.length === 0) return this.#end;
    const value = this.#ready.shift() as R;
    this.#taken();
    return { done: false, value };
  }

  #tell(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
