import type { DeadlockError } from '@remoteobj/except';
import { Line, type Hold } from './line.js';
import { groupOf } from './line-group.js';

/** Who is served: for objects that make some callers wait for others, such as locks. */

/** A call of another process or thread while it is served, or the code of this one. */
export class Caller {
  /** Where it waits in line here. */
  line: Line | undefined = undefined;
  #isGone = false;
  #gone: AbortController | undefined;

  /**
   * Aborted when the call is cancelled, or the connection that it came over ends: nobody hears its result then, so what waits for its sake can end.
   * Undefined for the code of this process or thread itself.
   */
  get signal(): AbortSignal | undefined {
    if (this === own) return undefined;
    this.#gone ??= new AbortController();
    if (this.#isGone) this.#abort();
    return this.#gone.signal;
  }

  /** Whoever is served has given up, or is gone; said by the connection. */
  leave(): void {
    this.#isGone = true;
    this.#abort();
  }

  /**
   * Says that this caller does not go on before one of what others hold is given back, so that a circle of waits that leads through here is found.
   *
   * `what` is what it waits for, in words. `holds` is asked each time, and gives what is held at that moment. In a circle, `giveUp` is called with an error
   * that names it; the wait must then fail with that. Gives what must be called when the wait is over.
   *
   * `together`: for those who go on as soon as any one of several things is given back, such as the permits of a semaphore. It is the same object for all who
   * wait for the same, and `holds` is that of the first. A circle is found where each of the holders waits for the same.
   */
  waitsFor(
    what: string,
    holds: () => Iterable<Hold>,
    giveUp: (error: DeadlockError) => void,
    together?: object,
  ): () => void {
    const group = together === undefined ? undefined : groupOf(together, holds);
    const line = new Line(what, this === own, holds, giveUp, group);
    this.line = line;
    return () => {
      line.end();
      if (this.line === line) this.line = undefined;
    };
  }

  #abort(): void {
    this.#gone?.abort(new DOMException('whoever made this call has given up, or its connection ended', 'AbortError'));
  }
}

const own = new Caller();
let current = own;

/** The call of another process or thread that the running code serves, as long as it does not `await`; otherwise this process or thread itself. */
export function currentCaller(): Caller {
  return current;
}

/** Runs the synchronous part of serving a call. */
export function servedFor<T>(caller: Caller, task: () => T): T {
  const before = current;
  current = caller;
  try {
    return task();
  } finally {
    current = before;
  }
}
