import { ProtocolError, RemoteObjectError, StaleReferenceError } from '@remoteobj/except';
import type { Policy } from './policy.js';
import type { Batch } from './batch.js';
import { servedFor } from './callers.js';
import { within } from './chain.js';
import { inContext } from './context.js';
import { writeNumbered, writeWithValue } from './encode.js';
import { blockedError, notListeningError, stoppedError } from './errors.js';
import { cancelled, evaluate, isPromise, OpenIterator, printSteps } from './evaluator.js';
import { followCall } from './holder.js';
import { Flag, Kind, type Base, type EvalMessage, type ProbeStep } from './message.js';
import { Op, type Step } from './operation.js';
import { whenAll } from './later.js';
import { forced, moduleRefused, outgoingError } from './outgoing.js';
import { settledNow } from './peek.js';
import { dropResult, isPassedOn } from './disposal.js';
import { Results } from './results.js';
import { Running } from './running.js';
import { defer, innermostWait, isAwaited, isServed } from './waiting.js';

/** What the serving half needs of its connection. */
export interface ServerLink {
  readonly control: Batch;
  schedule(): void;
  /** What was answered with belongs to another connection, and nobody here has seen it. */
  passedOn(value: object): void;
  own(id: number): object;
  /** Runs the items of an iteration to the other side. */
  produce(id: number, open: OpenIterator): void;
  /** Ends an iteration that the other side cancels. */
  stopProducing(id: number): boolean;
  busyChanged(): void;
}

/** What an object is served with. */
export interface Serving {
  readonly target: object;
  readonly policy: Policy;
  /** Imports a module for `remoteModule`; absent: refused. */
  readonly modules: ((url: string) => Promise<unknown>) | undefined;
  /** Requests wait for `poll`. */
  readonly manual: boolean;
}

/** The serving half of a connection: evaluates what the other side asks for, in the order in which it came. */
export class Server {
  readonly results: Results;
  readonly #link: ServerLink;
  readonly #most: number;
  readonly #running = new Map<number, Running>();
  readonly #queue: (() => boolean)[] = [];
  /** Requests that are evaluated in this very turn, the innermost last. */
  readonly #evaluating: number[] = [];
  /** Rule for objects that were passed by reference, also where nothing is exposed. */
  policy: Policy;
  #serving: Serving | undefined;
  #stopped = false;
  #unreported = 0;
  /** Told when a request waits for `poll`. */
  onWaiting: () => void = () => {};

  constructor(link: ServerLink, policy: Policy, callsInFlight: number, keptResults: number) {
    this.#link = link;
    this.policy = policy;
    this.#most = callsInFlight;
    this.results = new Results(keptResults);
  }

  get runningCount(): number {
    return this.#running.size + this.#queue.length;
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
  }

  receive(message: EvalMessage): void {
    if (this.#running.size + this.#queue.length >= this.#most) {
      throw new ProtocolError(`more than ${this.#most} calls are in flight, although this end announced that limit`);
    }
    const running = new Running(message, this.policy, this.results);
    if ((message.flags & Flag.cancelled) !== 0) return this.#finish(running, true, cancelled);
    if (message.failure !== undefined) return this.#finish(running, true, message.failure.error);
    if (this.#stopped || (message.base.kind === 'root' && this.#serving === undefined)) {
      return this.#finish(running, true, notListeningError(printSteps(message.steps), this.#stopped));
    }
    const manual = this.#serving?.manual === true;
    // Whoever blocks waits for itself in the end, if it does not serve the calls of its own chain.
    if (isAwaited(message.chain) || (!manual && this.#queue.length === 0 && isServed(undefined)))
      return this.#start(running, message);
    if (!manual) defer(this);
    this.#expect(running);
    this.#running.set(running.id, running);
    this.#queue.push(() => {
      if (running.cancelled) this.#finish(running, true, cancelled);
      else this.#start(running, message);
      return true;
    });
    this.onWaiting();
  }

  /** Requests that wait for `poll`. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Serves one waiting request; false: none waits. */
  poll(): boolean {
    for (;;) {
      const next = this.#queue.shift();
      if (next === undefined) return false;
      if (next()) return true;
    }
  }

  /** Nothing blocks any more: requests that waited for that are served, in order. */
  undefer(): void {
    if (this.#serving?.manual === true) return;
    while (isServed(undefined) && this.poll());
    if (this.#queue.length > 0) defer(this);
  }

  /** Requests that have come and are not finished. */
  get open(): Iterable<Running> {
    return this.#running.values();
  }

  /** Whether a request has come and is not finished. */
  isOpen(id: number): boolean {
    return this.#running.has(id) || this.#evaluating.includes(id);
  }

  /** Follows what a suspended request waits for. */
  follow(id: number, steps: readonly ProbeStep[]): void {
    const running = this.#running.get(id);
    if (running !== undefined) followCall(steps, running);
  }

  /** Somebody asks after all for a result that nobody had asked for. */
  pull(id: number): void {
    let value: unknown;
    try {
      value = this.#kept(id);
    } catch (error) {
      if (error instanceof StaleReferenceError) error.executed = 'yes'; // it was run, its result was not kept
      return void this.#answer(Kind.pulled, id, true, error, 0);
    }
    if (!isPromise(value)) return void this.#answer(Kind.pulled, id, false, value, 0);
    value.then(
      (settled) => this.#answer(Kind.pulled, id, false, settled, 0),
      (error: unknown) => this.#answer(Kind.pulled, id, true, error, 0),
    );
  }

  /** What has not started is dropped; what runs stops before its next step; nobody hears of it. */
  cancel(id: number): void {
    const running = this.#running.get(id);
    this.#link.stopProducing(id);
    if (running === undefined) return;
    running.cancelled = true;
    // What waits for a promise is over for everybody but the code that it runs.
    if (running.settled !== undefined) this.#finish(running, true, cancelled);
  }

  /** Answers when everything that came before has finished. */
  flush(id: number): void {
    const wait = (): boolean => {
      const before = [...this.#running.values()].map((running) => running.settled);
      const answer = (): void => void this.#answer(Kind.pulled, id, false, undefined, 0);
      if (before.length === 0) answer();
      else void Promise.allSettled(before).then(answer);
      return false;
    };
    if (this.#queue.length === 0) wait();
    else this.#queue.push(wait);
  }

  /** The result of an earlier request, for whatever builds on it. */
  resultOf(id: number): unknown {
    return this.#kept(id);
  }

  /** What a chain that came as an argument yields. */
  evaluateArgument(base: Base, steps: readonly Step[]): unknown {
    const run = (start: unknown): unknown =>
      evaluate({ policy: this.policy, steps, cancelled: false, keep: () => {} }, start);
    const start = this.#base(base);
    return isPromise(start) ? start.then(run) : run(start);
  }

  /** Ends serving. `fulfil` runs what has arrived, `refuse` answers it with an error. */
  async stop(pending: 'fulfil' | 'refuse'): Promise<void> {
    if (pending === 'fulfil') while (this.poll());
    this.#stopped = true;
    if (pending === 'fulfil') {
      await Promise.allSettled([...this.#running.values()].map((running) => running.settled));
    } else {
      for (const running of [...this.#running.values()]) this.#refuse(running);
      this.#queue.length = 0;
    }
    this.#serving = undefined;
  }

  end(): void {
    for (const running of this.#running.values()) running.cancelled = true;
    this.#running.clear();
    this.#queue.length = 0;
    this.results.clear();
  }

  #start(running: Running, message: EvalMessage): void {
    const { later } = message;
    if (later === undefined) return this.#run(running, message);
    this.#expect(running);
    this.#running.set(running.id, running);
    running.settled = new Promise((resolve, reject) => {
      running.tell = (failed, value) => (failed ? reject(value as Error) : resolve(value));
    });
    running.settled.catch(() => {}); // heard by whoever builds on it
    this.#link.busyChanged();
    whenAll(later, (failure) => {
      if (running.finished) return;
      if (failure === undefined) this.#run(running, message);
      else this.#finish(running, true, failure.error);
    });
  }

  #run(running: Running, message: EvalMessage): void {
    running.started = true;
    this.#evaluating.push(running.id);
    let value: unknown;
    try {
      // Strangers have no say in what runs here.
      const carried = running.policy.mode === 'trusted' ? message.context?.value : undefined;
      value = inContext(carried, () =>
        servedFor(running.caller, () => within(running.chain, () => evaluate(running, this.#base(message.base)))),
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
    this.#running.set(running.id, running);
    if ((running.flags & Flag.keep) !== 0) this.results.expect(running.id);
    const wait = innermostWait();
    if (wait !== undefined && (running.flags & Flag.ask) !== 0 && isAwaited(running.chain)) {
      value.catch(() => {});
      const now = settledNow(value);
      if (now !== undefined) return this.#finish(running, now.failed, now.value);
      return this.#finish(running, true, blockedError(printSteps(running.steps), wait.request.view));
    }
    running.settled ??= value;
    running.since = performance.now();
    value.then(
      (settled) => this.#finish(running, false, settled),
      (error: unknown) => this.#finish(running, true, error),
    );
    this.#link.busyChanged();
  }

  #finish(running: Running, failed: boolean, value: unknown): void {
    const { id, flags } = running;
    if (running.finished) return dropResult(value, running.settled);
    running.finished = true;
    running.tell?.(failed, value);
    if (this.#running.delete(id)) this.#link.busyChanged();
    if (failed)
      for (const step of running.steps)
        if (step.op === Op.keep && !this.#isKept(step.id)) this.results.keep(step.id, true, value);
    if ((flags & Flag.keep) !== 0) this.results.keep(id, failed, value);
    if (running.cancelled || value === cancelled || (flags & Flag.ask) === 0) {
      if (OpenIterator.is(value)) void (async () => value.iterator.return?.())().catch(() => {});
      if ((flags & Flag.keep) === 0 || running.cancelled) dropResult(value, running.settled);
      if (failed && value !== cancelled && !running.cancelled) this.#answer(Kind.failure, id, true, value, flags);
      return this.#report();
    }
    if (OpenIterator.is(value)) this.#produce(running, value);
    else if (this.#answer(failed ? Kind.failure : Kind.result, id, failed, value, flags))
      if (isPassedOn(value, running.settled)) this.#link.passedOn(value);
  }

  #produce(running: Running, open: OpenIterator): void {
    try {
      this.#link.produce(running.id, open);
    } catch (error) {
      this.#answer(Kind.failure, running.id, true, error, running.flags);
    }
  }

  #isKept(id: number): boolean {
    return this.results.has(id) && !this.results.isOpen(id);
  }

  /** One more request has finished that is not answered; the other side counts on hearing of it before its limit is reached. */
  #report(): void {
    if (++this.#unreported < Math.max(1, this.#most / 4)) return;
    writeNumbered(this.#link.control, Kind.done, this.#unreported);
    this.#unreported = 0;
    this.#link.schedule();
  }

  /** Gives whether the value itself could be told. */
  #answer(
    kind: typeof Kind.result | typeof Kind.failure | typeof Kind.pulled,
    id: number,
    failed: boolean,
    value: unknown,
    flags: number,
  ): boolean {
    const outgoing = failed ? outgoingError(value, this.policy) : forced(value, flags);
    const detail =
      kind === Kind.result ? undefined : kind === Kind.pulled ? Number(failed) : Number((flags & Flag.ask) === 0);
    try {
      writeWithValue(this.#link.control, kind, id, outgoing, failed ? 'error' : 'result', detail);
      return true;
    } catch (error) {
      // It was run; only what came of it cannot be told.
      if (error instanceof RemoteObjectError) error.executed = 'yes';
      const late = kind === Kind.pulled ? kind : Kind.failure;
      writeWithValue(
        this.#link.control,
        late,
        id,
        outgoingError(error, this.policy),
        'error',
        late === Kind.pulled ? 1 : Number((flags & Flag.ask) === 0),
      );
      return false;
    } finally {
      this.#link.schedule();
    }
  }

  #refuse(running: Running): void {
    const text = printSteps(running.steps);
    const error = running.started ? stoppedError(text) : notListeningError(text, true);
    this.#finish(running, true, error);
    running.cancelled = true;
  }

  #expect(running: Running): void {
    if ((running.flags & Flag.keep) !== 0) this.results.expect(running.id);
    for (const step of running.steps) if (step.op === Op.keep) this.results.expect(step.id);
  }

  #kept(id: number): unknown {
    const running = this.#running.get(id);
    if (running?.settled !== undefined && !this.results.has(id)) return running.settled;
    return this.results.get(id);
  }

  #base(base: Base): unknown {
    switch (base.kind) {
      case 'root':
        if (this.#serving === undefined) throw notListeningError('(?)', this.#stopped);
        return this.#serving.target;
      case 'reference':
        return this.#link.own(base.id);
      case 'result':
        return this.#kept(base.id);
      case 'module':
        if (this.#serving?.modules === undefined) throw moduleRefused(base.url);
        return this.#serving.modules(base.url);
      default:
        return base satisfies never;
    }
  }
}
