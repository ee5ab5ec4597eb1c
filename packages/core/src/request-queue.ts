import type { Chain } from './chain.js';
import { polls, tellSettled } from './peek.js';
import { defer, isAwaited, isServed, type Deferring } from './waiting.js';

interface Task {
  /** Gives whether it served a request. */
  run(): boolean;
  readonly chain: Chain | undefined;
}

/** Requests that wait: for `poll`, or until nothing blocks this thread any more. */
export class RequestQueue implements Deferring {
  readonly #tasks: Task[] = [];
  #manual = false;

  /** Only `poll` serves them: the event loop of this thread may not turn. */
  get manual(): boolean {
    return this.#manual;
  }

  set manual(on: boolean) {
    this.#manual = on;
    polls(this, on);
  }

  get size(): number {
    return this.#tasks.length;
  }

  /** `run` gives whether it served a request; `chain`: of calls, to which that belongs. */
  push(run: () => boolean, chain?: Chain): void {
    defer(this);
    this.#tasks.push({ run, chain });
  }

  /** Serves one; false: none waits. */
  poll(): boolean {
    const served = this.#serve();
    if (this.#manual) tellSettled();
    return served;
  }

  #serve(): boolean {
    for (;;) {
      const next = this.#tasks.shift();
      if (next === undefined) return false;
      if (next.run()) return true;
    }
  }

  serveAwaited(): void {
    for (;;) {
      const at = this.#tasks.findIndex(({ chain }) => isAwaited(chain));
      const [task] = at === -1 ? [] : this.#tasks.splice(at, 1);
      if (task === undefined) return;
      task.run();
    }
  }

  /** Nothing blocks any more: what waited for that is served, in order. */
  undefer(): void {
    while (!this.manual && isServed(undefined) && this.poll());
    if (this.size > 0) defer(this);
  }

  clear(): void {
    this.#tasks.length = 0;
    this.manual = false;
  }
}
