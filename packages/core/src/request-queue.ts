import type { Chain } from './chain.js';
import { polls, tellSettled } from './peek.js';
import { defer, isAwaited, isBlocked, isDeep, isServed, type Deferring } from './waiting.js';

interface Task {
  /** Gives whether it served a request. */
  run(): boolean;
  readonly chain: Chain | undefined;
}

/** Requests that wait: for `poll`, or until nothing blocks this thread any more. */
export class RequestQueue implements Deferring {
  readonly #tasks: Task[] = [];
  /** Those that belong to a chain of calls: without them there is nothing to look for while only a chain's are served. */
  #chained = 0;
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

  /** Whether a request that comes is served at once, before those that wait. */
  isNext(chain: Chain | undefined): boolean {
    if (this.#tasks.length === 0 && !this.#manual && !isBlocked()) return true;
    if (!this.#isDue(chain)) return false;
    return isDeep() || this.#firstDue() === -1;
  }

  /** `run` gives whether it served a request; `chain`: of calls, to which that belongs. */
  push(run: () => boolean, chain?: Chain): void {
    defer(this);
    this.#tasks.push({ run, chain });
    if (chain !== undefined) this.#chained++;
  }

  /** Serves one; false: none waits. */
  poll(): boolean {
    const served = this.#serve();
    if (this.#manual) tellSettled();
    return served;
  }

  #serve(): boolean {
    for (;;) {
      const next = this.#take(0);
      if (next === undefined) return false;
      if (next.run()) return true;
    }
  }

  serveDue(): void {
    while (!isDeep()) {
      const at = this.#firstDue();
      if (at === -1) return;
      this.#take(at)?.run();
    }
  }

  /** Nothing blocks any more: what waited for that is served, in order. */
  undefer(): void {
    while (!this.manual && isServed(undefined) && this.poll());
    if (this.size > 0) defer(this);
  }

  clear(): void {
    this.#tasks.length = 0;
    this.#chained = 0;
    this.manual = false;
  }

  #take(at: number): Task | undefined {
    const task = at === 0 ? this.#tasks.shift() : this.#tasks.splice(at, 1)[0];
    if (task?.chain !== undefined) this.#chained--;
    return task;
  }

  #firstDue(): number {
    if (this.#chained === 0 && !isServed(undefined)) return -1;
    return this.#tasks.findIndex(({ chain }) => this.#isDue(chain));
  }

  /** Requests of awaited chains do not wait for `poll`. */
  #isDue(chain: Chain | undefined): boolean {
    return (!this.#manual || isAwaited(chain)) && isServed(chain);
  }
}
