import { defer, isServed, type Deferring } from './waiting.js';

/** Requests that wait: for `poll`, or until nothing blocks this thread any more. */
export class RequestQueue implements Deferring {
  /** Each gives whether it served a request. */
  readonly #tasks: (() => boolean)[] = [];
  /** Only `poll` serves them. */
  manual = false;

  get size(): number {
    return this.#tasks.length;
  }

  push(task: () => boolean): void {
    if (!this.manual) defer(this);
    this.#tasks.push(task);
  }

  /** Serves one; false: none waits. */
  poll(): boolean {
    for (;;) {
      const next = this.#tasks.shift();
      if (next === undefined) return false;
      if (next()) return true;
    }
  }

  /** Nothing blocks any more: what waited for that is served, in order. */
  undefer(): void {
    if (this.manual) return;
    while (isServed(undefined) && this.poll());
    if (this.size > 0) defer(this);
  }

  clear(): void {
    this.#tasks.length = 0;
  }
}
