import type { RestartPlan } from './restart-options.js';

/** How often may still be started anew; several workers may draw on one budget. */
export class RestartBudget {
  readonly #plan: RestartPlan;
  /** When it was drawn on, `performance.now()`. */
  #spent: number[] = [];

  constructor(plan: RestartPlan) {
    this.#plan = plan;
  }

  /** Takes one start from it; false: there is none left. */
  spend(): boolean {
    const now = performance.now();
    this.#spent = this.#spent.filter((at) => now - at < this.#plan.within);
    if (this.#spent.length >= this.#plan.times) return false;
    this.#spent.push(now);
    return true;
  }

  toString(): string {
    return `${this.#plan.times} within ${this.#plan.within} ms`;
  }
}
