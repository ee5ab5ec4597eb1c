/** Where a reader gets its results. */
interface Results<O> {
  next(): Promise<IteratorResult<O, undefined>>;
  /** The loop was left. */
  stop(): Promise<void>;
}

/** A loop over the results of a pipeline. Leaving it stops the pipeline, also before the first result and while it waits for one. */
export class PipelineReader<O> implements AsyncIterableIterator<O, undefined, undefined> {
  readonly #results: Results<O>;
  #over = false;

  constructor(results: Results<O>) {
    this.#results = results;
  }

  async next(): Promise<IteratorResult<O, undefined>> {
    if (this.#over) return end;
    try {
      const next = await this.#results.next();
      if (next.done === true) this.#over = true;
      return next;
    } catch (error) {
      if (this.#over) return end; // it was left meanwhile
      this.#over = true;
      throw error;
    }
  }

  async return(): Promise<IteratorResult<O, undefined>> {
    this.#over = true;
    await this.#results.stop();
    return end;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const end: { readonly done: true; readonly value: undefined } = { done: true, value: undefined };
