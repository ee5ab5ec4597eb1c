import { lastArrival } from './arrival.js';
import { Caller } from './callers.js';
import type { Chain } from './chain.js';
import { blockedError, notListeningError, stoppedError } from './errors.js';
import { dropResult } from './disposal.js';
import { printSteps, type Evaluation } from './evaluator.js';
import { whenSettled } from './later.js';
import { Flag, type EvalMessage } from './message.js';
import { nextNumber } from './numbers.js';
import { Op, type Step } from './operation.js';
import { settledNow, type Outcome } from './peek.js';
import type { Policy } from './policy.js';
import type { Results } from './results.js';
import { innermostWait, isAwaited } from './waiting.js';

/** One request while it is evaluated. */
export class Running implements Evaluation {
  readonly id: number;
  readonly number: number = nextNumber();
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
  /** `performance.now()` when it came, in whole milliseconds. */
  readonly since: number = lastArrival();
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

  /** Whoever asks for it waits for this thread, which blocks. */
  get awaited(): boolean {
    return (this.flags & Flag.ask) !== 0 && isAwaited(this.chain);
  }

  /** What it came to, for whoever waits for this thread, which blocks; a promise that is open is given up. */
  settledNow(value: Promise<unknown>): Outcome {
    const now = settledNow(value);
    if (now !== undefined) return now;
    whenSettled(value, (_failed, late) => dropResult(late, value));
    this.caller.leave(); // what waits in line for its sake does not keep what it would be given
    return { failed: true, value: blockedError(printSteps(this.steps), innermostWait()?.request.view ?? '') };
  }

  keep(id: number, value: unknown): void {
    this.#results.keep(id, false, value);
  }

  /** Its results will be there later. */
  expect(): void {
    if ((this.flags & Flag.keep) !== 0) this.#results.expect(this.id);
    for (const step of this.steps) if (step.op === Op.keep) this.#results.expect(step.id);
  }

  /** Nobody wants its result any more. */
  cancel(): void {
    this.cancelled = true;
    this.caller.leave();
  }

  /** It waits for parts of its message. */
  await(): void {
    this.expect();
    this.settled = new Promise((resolve, reject) => {
      this.tell = (failed, value) => (failed ? reject(value as Error) : resolve(value));
    });
    this.settled.catch(() => {}); // heard by whoever builds on it
  }

  /** What its caller hears when it is not wanted any more. */
  refusal(): Error {
    const text = printSteps(this.steps);
    return this.started ? stoppedError(text) : notListeningError(text, true);
  }

  /** Steps that it did not come to have failed with it. */
  fail(error: unknown): void {
    for (const step of this.steps)
      if (step.op === Op.keep && (!this.#results.has(step.id) || this.#results.isOpen(step.id)))
        this.#results.keep(step.id, true, error);
  }
}
