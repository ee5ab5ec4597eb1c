import { Caller } from './callers.js';
import type { Chain } from './chain.js';
import type { Evaluation } from './evaluator.js';
import type { EvalMessage } from './message.js';
import type { Step } from './operation.js';
import type { Policy } from './policy.js';
import type { Results } from './results.js';

/** One request while it is evaluated. */
export class Running implements Evaluation {
  readonly id: number;
  readonly flags: number;
  readonly steps: readonly Step[];
  readonly policy: Policy;
  readonly chain: Chain | undefined;
  readonly caller: Caller = new Caller();
  readonly #results: Results;
  cancelled = false;
  started = false;
  finished = false;
  settled: Promise<unknown> | undefined = undefined;
  /** `performance.now()` when it began to wait for a promise. */
  since = 0;
  /** Settles that promise, where it is one of ours. */
  tell: ((failed: boolean, value: unknown) => void) | undefined = undefined;

  constructor(message: EvalMessage, policy: Policy, results: Results) {
    this.id = message.id;
    this.flags = message.flags;
    this.steps = message.steps;
    this.policy = policy;
    this.chain = message.chain;
    this.#results = results;
  }

  keep(id: number, value: unknown): void {
    this.#results.keep(id, false, value);
  }
}
