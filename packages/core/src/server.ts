import { ProtocolError, StaleReferenceError } from '@remoteobj/except';
import { Answers } from './answers.js';
import { servedFor } from './callers.js';
import { within } from './chain.js';
import { inContext } from './context.js';
import { notListeningError, tooDeepError } from './errors.js';
import { cancelled, evaluate, takenNow, OpenIterator, printSteps } from './evaluator.js';
import { followCall } from './holder.js';
import { isPromise } from './kinds.js';
import { Flag, Kind, type Base, type EvalMessage, type ProbeStep } from './message.js';
import { OpenCalls } from './open-calls.js';
import type { Step } from './operation.js';
import { thenDo, whenAll, whenAllSettled, whenSettled } from './later.js';
import { moduleRefused } from './outgoing.js';
import { settledNow } from './peek.js';
import type { Policy } from './policy.js';
import { dropResult, isPassedOn } from './disposal.js';
import { RequestQueue } from './request-queue.js';
import { Results } from './results.js';
import { Running } from './running.js';
import type { ServerLink, Serving } from './serving.js';
import { isDeep, isTooDeep } from './waiting.js';

/** The serving half of a connection: evaluates what the other side asks for, in the order in which it came. */
export class Server {
  readonly results: Results;
  readonly answers: Answers;
  readonly #link: ServerLink;
  readonly #most: number;
  readonly #running = new OpenCalls<Running>();
  readonly #queue = new RequestQueue();
  /** Requests that are evaluated in this very turn, the innermost last. */
  readonly #evaluating: number[] = [];
  /** Rule for objects that were passed by reference, also where nothing is exposed. */
  policy: Policy;
  #serving: Serving | undefined;
  #stopped = false;

  constructor(link: ServerLink, policy: Policy, callsInFlight: number, keptResults: number) {
    this.#link = link;
    this.policy = policy;
    this.#most = callsInFlight;
    this.results = new Results(keptResults);
    this.answers = new Answers(link.outbox, this, callsInFlight);
  }

  get runningCount(): number {
    return this.#running.size;
  }

  get listening(): boolean {
    return this.#serving !== undefined && !this.#stopped;
  }

  /** What is served, unless it was stopped. */
  get serving(): Serving | undefined {
    return this.#stopped ? undefined : this.#serving;
  }

  serve(serving: Serving): void {
    this.#serving = serving;
    this.#stopped = false;
    this.policy = serving.policy;
    this.#queue.manual = serving.manual;
  }

  receive(message: EvalMessage): void {
    if (this.#running.size >= this.#most) {
      throw new ProtocolError(`more than ${this.#most} calls are in flight, although this end announced that limit`);
    }
    const running = new Running(message, this.policy, this.results);
    if ((message.flags & Flag.cancelled) !== 0) return this.#finish(running, true, cancelled);
    if (message.failure !== undefined) return this.#finish(running, true, message.failure.error);
    if (this.#stopped || (message.base.kind === 'root' && this.#serving === undefined)) {
      return this.#finish(running, true, notListeningError(printSteps(message.steps), this.#stopped));
    }
    if (isTooDeep(message.chain)) return this.#finish(running, true, tooDeepError(printSteps(message.steps)));
    // Whoever blocks waits for itself in the end, if it does not serve the calls of its own chain.
    if (this.#queue.isNext(message.chain)) return this.#start(running, message);
    running.expect();
    this.#running.add(running);
    // The other side may let go of it before its turn comes.
    const start = message.base.kind === 'reference' ? takenNow(() => this.#base(message.base)) : undefined;
    this.#queue.push(() => {
      if (running.cancelled) this.#finish(running, true, cancelled);
      else this.#start(running, message, start);
      return true;
    }, message.chain);
    if (this.#queue.manual || this.#running.size <= this.#most / 2) return;
    // So much waits until nothing blocks here that the other side may have no room for what this thread waits for: the oldest are served now.
    while (this.#running.size > this.#most / 4 && !isDeep() && this.poll());
  }

  /** Requests that wait for `poll`. */
  get waiting(): number {
    return this.#queue.size;
  }

  /** Serves one waiting request; false: none waits. */
  poll(): boolean {
    return this.#queue.poll();
  }

  /** Requests that have come and are not finished. */
  get open(): Iterable<Running> {
    return this.#running.values();
  }

  /** Whether a request has come and is not finished. */
  isOpen(id: number): boolean {
    return this.#running.has(id) || this.#evaluating.includes(id);
  }

  /** Follows what a suspended request, or the producer of an iteration, waits for. */
  follow(id: number, steps: readonly ProbeStep[]): void {
    const call = this.#running.get(id) ?? this.#link.streams.source(id);
    if (call !== undefined) followCall(steps, call);
  }

  /** Somebody asks after all for a result that nobody had asked for. */
  pull(id: number): void {
    const tell = (failed: boolean, value: unknown): void => void this.answers.give(Kind.pulled, id, failed, value, 0);
    if (this.#evaluating.includes(id)) this.results.expect(id); // it blocks in the middle
    if (this.results.isOpen(id)) return this.results.whenHere(id, tell);
    let value: unknown;
    try {
      value = this.resultOf(id);
    } catch (error) {
      if (error instanceof StaleReferenceError) error.executed = 'yes'; // it was run, its result was not kept
      return tell(true, error);
    }
    if (!isPromise(value)) return tell(false, value);
    whenSettled(value, tell);
  }

  /** What has not started is dropped; what runs stops before its next step; nobody hears of it. */
  cancel(id: number): void {
    const running = this.#running.get(id);
    this.#link.streams.stop(id);
    running?.cancel();
    // What waits for a promise is over for everybody but the code that it runs.
    if (running?.settled !== undefined) this.#finish(running, true, cancelled);
  }

  /** Answers when everything that came before has finished. */
  flush(id: number): void {
    const answer = (): void => void this.answers.give(Kind.pulled, id, false, undefined, 0);
    const wait = (): boolean => {
      whenAllSettled(this.#running.values(), answer);
      return false;
    };
    if (this.#queue.size === 0) wait();
    else this.#queue.push(wait);
  }

  /** The result of an earlier request, for whatever builds on it. */
  resultOf(id: number): unknown {
    const running = this.#running.get(id);
    if (running?.settled !== undefined && !this.results.has(id)) return running.settled;
    return this.results.get(id);
  }

  /** What a chain that came as an argument yields. */
  evaluateArgument(base: Base, steps: readonly Step[]): unknown {
    const evaluation = { policy: this.policy, steps, cancelled: false, keep: () => {} };
    const run = (start: unknown): unknown => evaluate(evaluation, start);
    const start = this.#base(base);
    return isPromise(start) ? thenDo(start, run) : run(start);
  }

  /** Ends serving. `fulfil` runs what has arrived, `refuse` answers it with an error. */
  async stop(pending: 'fulfil' | 'refuse'): Promise<void> {
    if (pending === 'fulfil') while (this.poll());
    this.#stopped = true;
    if (pending === 'fulfil') {
      await Promise.allSettled(this.#running.values().map((running) => running.settled));
    } else {
      for (const running of this.#running.values()) {
        this.#finish(running, true, running.refusal());
        running.cancel();
      }
    }
    this.#queue.clear();
    this.#serving = undefined;
  }

  /** This process is about to end: what has come to something, but has had no turn to say so, is answered. */
  answerSettled(): void {
    for (const running of this.#running.values()) {
      const now = running.settled && settledNow(running.settled);
      if (now !== undefined) this.#finish(running, now.failed, now.value);
    }
    this.answers.report();
  }

  end(): void {
    const open = this.#running.values();
    this.#running.clear();
    this.#queue.clear();
    this.results.clear();
    this.answers.end();
    for (const running of open) running.cancel();
  }

  #start(running: Running, message: EvalMessage, taken?: () => unknown): void {
    const { later } = message;
    if (later === undefined) return this.#run(running, message, taken);
    running.await();
    this.#running.add(running);
    this.#link.busyChanged();
    const start = taken ?? takenNow(() => this.#base(message.base)); // its arguments may come when that is not kept any more
    whenAll(later, (failure) => {
      if (running.finished) return;
      if (failure === undefined) this.#run(running, message, start);
      else this.#finish(running, true, failure.error);
    });
  }

  #run(running: Running, { base, context }: EvalMessage, start?: () => unknown): void {
    running.started = true;
    this.#evaluating.push(running.id);
    let value: unknown;
    try {
      // Strangers have no say in what runs here.
      const carried = running.policy.mode === 'trusted' ? context?.value : undefined;
      value = inContext(carried, () =>
        servedFor(running.caller, () =>
          within(running.chain, () => evaluate(running, start === undefined ? this.#base(base) : start())),
        ),
      );
    } catch (error) {
      return this.#finish(running, true, error);
    } finally {
      this.#evaluating.pop();
    }
    if (isPromise(value)) this.#suspend(running, value);
    else this.#finish(running, false, value);
  }

  #suspend(running: Running, value: Promise<unknown>): void {
    this.#running.add(running);
    if ((running.flags & Flag.keep) !== 0) this.results.expect(running.id);
    if (running.awaited) {
      const now = running.settledNow(value);
      return this.#finish(running, now.failed, now.value);
    }
    running.settled ??= value;
    whenSettled(value, (failed, settled) => this.#finish(running, failed, settled));
    this.#link.busyChanged();
  }

  #finish(running: Running, failed: boolean, value: unknown): void {
    const { id, flags } = running;
    if (running.finished) return dropResult(value, running.settled);
    running.finished = true;
    running.tell?.(failed, value);
    if (this.#running.delete(id)) this.#link.busyChanged();
    if (failed) running.fail(value);
    if (running.cancelled || value === cancelled || (flags & Flag.ask) === 0) {
      if (OpenIterator.is(value)) void (async () => value.iterator.return?.())().catch(() => {});
      if ((flags & Flag.keep) === 0 || running.cancelled) dropResult(value, running.settled);
      this.answers.count();
      if (failed && value !== cancelled && !running.cancelled) this.answers.give(Kind.failure, id, true, value, flags);
    } else if (OpenIterator.is(value)) this.#produce(running, value);
    else if (this.answers.give(failed ? Kind.failure : Kind.result, id, failed, value, flags, running.awaited))
      if (isPassedOn(value, running.settled)) this.#link.references.passedOn(value);
    // Last: whoever asked for it meanwhile is answered here, and a failure must not come after that.
    if ((flags & Flag.keep) !== 0) this.results.keep(id, failed, value);
  }

  #produce(running: Running, open: OpenIterator): void {
    try {
      this.#link.streams.produce(running, open);
    } catch (error) {
      this.answers.give(Kind.failure, running.id, true, error, running.flags);
    }
  }

  #base(base: Base): unknown {
    switch (base.kind) {
      case 'root':
        if (this.#serving === undefined) throw notListeningError('(?)', this.#stopped);
        return this.#serving.target;
      case 'reference':
        return this.#link.references.own(base.id);
      case 'result':
        return this.resultOf(base.id);
      case 'module':
        if (this.#serving?.modules === undefined) throw moduleRefused(base.url);
        return this.#serving.modules(base.url);
      default:
        return base satisfies never;
    }
  }
}
