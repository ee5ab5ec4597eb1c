/**
 * Items of a source, one after the other. Unlike `for await`, it can be left while the source waits for its next item: that is told at once. A
 * generator hears of it behind the item that it waits for; others may end their waiting.
 */
export class PipelineSource<I> {
  readonly #iterator: Iterator<I> | AsyncIterator<I>;
  readonly #async: boolean;
  #over = false;
  #busy = false;

  /** Throws TypeError for what cannot be iterated. */
  constructor(items: Iterable<I> | AsyncIterable<I>) {
    const { [Symbol.asyncIterator]: async, [Symbol.iterator]: sync } = Object(items) as Partial<
      Iterable<I> & AsyncIterable<I>
    >;
    const iterator = async ?? sync;
    if (typeof iterator !== 'function')
      throw new TypeError(`feed takes what can be iterated, such as an array or a stream, not ${describe(items)}`);
    this.#iterator = Reflect.apply(iterator, items, []);
    this.#async = typeof async === 'function';
  }

  /** The next item, also where it is promised; undefined when there is none. Rejects with the error of the source. */
  async next(): Promise<{ readonly item: I } | undefined> {
    const { done, value } = await this.#ask();
    if (this.#over) return undefined;
    if (done !== true) return { item: this.#async ? value : await value };
    this.#over = true;
    return undefined;
  }

  /** Nobody wants more. */
  leave(): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#busy) this.#return();
  }

  /** What the source gives next; one that fails has ended. */
  async #ask(): Promise<IteratorResult<I>> {
    try {
      return await this.#started();
    } catch (error) {
      this.#over = true;
      throw error;
    }
  }

  #started(): IteratorResult<I> | Promise<IteratorResult<I>> {
    this.#busy = true;
    try {
      return this.#iterator.next();
    } finally {
      this.#busy = false;
      if (this.#over) this.#return(); // left by what it ran itself
    }
  }

  #return(): void {
    void (async () => this.#iterator.return?.())().catch(() => {}); // nobody waits for its clean-up
  }
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
