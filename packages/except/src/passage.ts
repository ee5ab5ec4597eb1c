/** One scope that runs: knows the scope around it as far as that can be known without following promises. */
export interface Passage {
  readonly around: Passage | undefined;
  /** Primitives that a scope inside has recorded and thrown on. */
  recorded?: Set<unknown>;
}

/**
 * Knows which errors are on their way through nested scopes and recorded already.
 *
 * Marks are kept here instead of on the errors, which may be frozen or no objects at all.
 */
export class Passages {
  #marked = new WeakSet<object>();
  #current: Passage | undefined;
  #open = 0;

  /** Runs the synchronous part of a scope. The caller calls `leave` when the whole scope is over. */
  enter<R>(body: (passage: Passage) => R): R {
    const passage: Passage = { around: this.#current };
    this.#current = passage;
    this.#open++;
    try {
      return body(passage);
    } finally {
      this.#current = passage.around;
    }
  }

  leave(): void {
    // With no scope open nothing is on its way: the same error thrown anew is a new event.
    if (--this.#open === 0) this.forgetAll();
  }

  isRecorded(error: unknown, passage: Passage): boolean {
    return isObject(error) ? this.#marked.has(error) : passage.recorded?.has(error) === true;
  }

  /** The error goes on to the scope around. */
  mark(error: unknown, around: Passage | undefined): void {
    if (isObject(error)) this.#marked.add(error);
    else if (around !== undefined) (around.recorded ??= new Set()).add(error);
  }

  /** Marks a recorded error that is thrown again within the scope that runs, if there is one. */
  markRethrown(error: unknown): void {
    if (this.#open > 0) this.mark(error, this.#current);
  }

  /** The error went no further. */
  forget(error: unknown): void {
    if (isObject(error)) this.#marked.delete(error);
  }

  forgetAll(): void {
    this.#marked = new WeakSet();
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
