import type { DeadlockError } from '@remoteobj/except';
import { Line, type Hold } from './line.js';

/** Who is served: for objects that make some callers wait for others, such as locks. */

/** A call of another process or thread while it is served, or the code of this one. */
export class Caller {
  /** Where it waits in line here. */
  line: Line | undefined = undefined;

  /**
   * Says that this caller does not go on before one of what others hold is given back, so that a circle of waits that leads through here is found.
   *
   * `what` is what it waits for, in words. `holds` is asked each time, and gives what is held at that moment. In a circle, `giveUp` is called with an error
   * that names it; the wait must then fail with that. Gives what must be called when the wait is over.
   */
  waitsFor(what: string, holds: () => Iterable<Hold>, giveUp: (error: DeadlockError) => void): () => void {
    const line = new Line(what, this === own, holds, giveUp);
    this.line = line;
    return () => {
      line.end();
      if (this.line === line) this.line = undefined;
    };
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
