import type { RemoteView } from '@remoteobj/core';
import { DeadlockError, RemoteDiedError } from '@remoteobj/except';
import type { Crew } from './crew.js';
import type { Candidate, Place } from './crew-line.js';
import { nodeOf } from './future.js';
import type { Worker } from './worker.js';
import { blockOn, type Settled, type Work } from './work.js';

/** Runs a function in a process or thread. */
export class CrewWork implements Work, Candidate {
  readonly elsewhere = true;
  readonly #name: string;
  readonly #crew: Crew;
  readonly #fn: object;
  #args: readonly unknown[];
  #settle: (outcome: Settled) => void = () => {};
  /** Promises among the arguments are open. */
  #unready: boolean;
  #place: Place | undefined;
  #worker: Worker | undefined;
  #call: RemoteView<unknown> | undefined;
  #refusal: Settled | undefined;
  #stopped = false;

  constructor(name: string, crew: Crew, fn: object, args: readonly unknown[]) {
    this.#name = name;
    this.#crew = crew;
    this.#fn = fn;
    this.#args = args;
    this.#unready = args.some(isAwaited);
  }

  start(settle: (outcome: Settled) => void): void {
    this.#settle = settle;
    if (!this.#unready) return this.#ask();
    // Others that have a `then` are not asked: whether they can cross is the same with and without promises beside them.
    Promise.all(this.#args.map(async (arg) => ({ arg: isAwaited(arg) ? await arg : arg }))).then(
      (ready) => this.#ready(ready.map(({ arg }) => arg)),
      (error: unknown) => settle({ failed: true, value: error }),
    );
  }

  given(worker: Worker): void {
    this.#place = undefined;
    this.#worker = worker;
    const call = worker.run(this.#fn, this.#args);
    this.#call = call;
    call.then(
      (value) => this.#end({ failed: false, value }),
      (error: unknown) => this.#end({ failed: true, value: error }),
    );
  }

  refused(error: unknown): void {
    this.#place = undefined;
    this.#refusal = { failed: true, value: error };
    this.#settle(this.#refusal);
  }

  collect(): void {
    if (this.#call !== undefined) this.#leave(blockOn(this.#call, undefined) as Settled); // it has come, and is not waited for
  }

  block(milliseconds: number | undefined): Settled | undefined {
    if (this.#unready) this.#ready(this.#args.map((arg) => this.#blockArgument(arg)));
    const deadline = performance.now() + (milliseconds ?? Number.POSITIVE_INFINITY);
    if (this.#place !== undefined) this.#crew.block(this.#place, () => this.#place === undefined, deadline);
    if (this.#call === undefined) return this.#refusal;
    const outcome = blockOn(this.#call, milliseconds && Math.max(0, deadline - performance.now()));
    if (outcome !== undefined) this.#leave(outcome);
    return outcome;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#place !== undefined) this.#crew.leave(this.#place);
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) await this.#crew.discard(worker);
  }

  #ready(args: readonly unknown[]): void {
    if (!this.#unready || this.#stopped) return;
    this.#unready = false;
    this.#args = args;
    this.#ask();
  }

  #ask(): void {
    try {
      this.#place = this.#crew.ask(this);
    } catch (error) {
      this.refused(error);
    }
  }

  #end(outcome: Settled): void {
    this.#leave(outcome);
    this.#settle(outcome);
  }

  /** The worker is free, once. */
  #leave({ failed, value }: Settled): void {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    // Whoever waited in a circle has given up, but the function over there has not ended.
    const lost = failed && (value instanceof RemoteDiedError || value instanceof DeadlockError);
    if (lost) void this.#crew.discard(worker);
    else this.#crew.free(worker);
  }

  #blockArgument(arg: unknown): unknown {
    const node = nodeOf(arg);
    if (node !== undefined) return node.block();
    if (!(arg instanceof Promise)) return arg;
    throw new DeadlockError(
      `${this.#name} waits for a promise among its arguments, which cannot settle while this thread waits for ${this.#name}: await the promise first`,
    );
  }
}

/** Whether an argument is a promise or a future, whose value is passed instead. */
function isAwaited(arg: unknown): boolean {
  return arg instanceof Promise || nodeOf(arg) !== undefined;
}
