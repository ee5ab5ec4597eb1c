import type { ProbeStep } from './message.js';

/** Who is served: for objects that make some callers wait for others, such as locks. */

/** What is known of a caller here. */
export interface CallerLink {
  /** Follows the waits of whoever is at the other end, on behalf of another process. */
  probeThread(steps: readonly ProbeStep[]): void;
}

/** A call of another process or thread while it is served. */
export class Caller {
  readonly #link: CallerLink;
  #others: (() => Iterable<Caller>) | undefined;

  constructor(link: CallerLink) {
    this.#link = link;
  }

  /**
   * Says that this call is not answered before another caller's process or thread goes on: so a circle of blocking calls that leads through here is found
   * and one of them fails with `DeadlockError`. `others` is asked each time, and gives whoever it is at that moment.
   */
  waitsFor(others: () => Iterable<Caller>): void {
    this.#others = others;
  }

  /** Passes a probe on to those it waits for. */
  follow(steps: readonly ProbeStep[]): void {
    for (const other of this.#others?.() ?? []) other.#link.probeThread(steps);
  }
}

let current: Caller | undefined;

/** The call of another process or thread that the running code serves, as long as it does not `await`; undefined: a call of this one. */
export function currentCaller(): Caller | undefined {
  return current;
}

/** Runs the synchronous part of serving a call. */
export function servedFor<T>(caller: Caller | undefined, task: () => T): T {
  const before = current;
  current = caller;
  try {
    return task();
  } finally {
    current = before;
  }
}
