import { setImmediate as turn } from 'node:timers/promises';
import { Fifo } from './fifo.js';

/** So many are read at a stretch; then the event loop turns. */
const stretch = 1000;

/** What a job has yielded, kept until it is read. */
export class JobYields<Y> {
  readonly #items = new Fifo<Y>();
  #ended: { readonly failure: { readonly error: unknown } | undefined } | undefined;
  /** Readers that wait. */
  #wake: (() => void)[] = [];

  push(item: Y): void {
    this.#items.push(item);
    this.#tell();
  }

  /** No more will come; a failure is thrown by whoever has read what was before it. */
  end(failure?: { readonly error: unknown }): void {
    this.#ended ??= { failure };
    this.#tell();
  }

  /** Takes one item after the other; each item goes to one reader. */
  async *read(): AsyncGenerator<Y, void, undefined> {
    for (let read = 1; ;) {
      for (; this.#items.length > 0; read++) {
        yield this.#items.shift() as Y;
        if (read % stretch === 0) await turn();
      }
      if (this.#ended?.failure !== undefined) throw this.#ended.failure.error;
      if (this.#ended !== undefined) return;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  #tell(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
