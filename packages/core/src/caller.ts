import { ProtocolError } from '@remoteobj/except';
import { hasResult, type ViewOwner } from './arguments.js';
import type { Batch } from './batch.js';
import { continuedChain, currentChain, type Chain } from './chain.js';
import { flagsOf, writeNumbered, writeRelease } from './encode.js';
import { endedError, notListeningError, releasedError } from './errors.js';
import { isPromise } from './evaluator.js';
import { KeptResults } from './kept-results.js';
import { Later, whenAll } from './later.js';
import { isGone, outcomeFrom, stepsFrom } from './following.js';
import { fallbackOf, type CallerOptions } from './fallback.js';
import { Flag, Kind, type Answer } from './message.js';
import { Op } from './operation.js';
import { cancelUnsent } from './outbox.js';
import { viewOfRemote } from './proxy.js';
import { pathOf, runsOnce, writeRequest, type Path } from './record.js';
import { Request } from './request.js';
import { arm, type StopReason } from './time-limit.js';
import { capturePlace, mayCapture, placed, placesPerBatch } from './stacks.js';
import { isTraced, TracedCall, unsentBytes } from './trace.js';
import { Unheard } from './unheard.js';
import { View, type Root, type ViewOptions } from './view.js';
import { placeOf } from './waiting.js';

/** How far the other end has come. */
export type Listening = 'not yet' | 'listening' | 'stopped';

/** What the calling half needs of its connection. */
export interface CallerLink extends ViewOwner {
  /** Counted in this thread. */
  readonly number: number;
  readonly listening: Listening;
  /** Why the link ended; undefined while it is open. */
  readonly ended: { readonly reason: Error | undefined } | undefined;
  readonly options: CallerOptions;
  readonly root: Root;
  /** Something began or ended that the event loop must stay alive for. */
  busyChanged(): void;
  /** An object of the other side was mentioned to nobody. */
  dropMention(id: number): void;
}

/** The calling half of a connection: sends requests and settles them, exactly once each. */
export class Caller {
  readonly unheard: Unheard = new Unheard();
  readonly #link: CallerLink;
  /** Requests that somebody waits for. */
  readonly #pending = new Map<number, Request>();
  /** Requests on whose result others build: whoever waits for those hears of a failure. */
  readonly #extended = new Set<number>();
  readonly #kept: KeptResults;
  #lastId = 0;

  constructor(link: CallerLink) {
    this.#link = link;
    this.#kept = new KeptResults((kept) => {
      if (link.ended !== undefined) return;
      this.#extended.delete(kept.id);
      link.outbox.finish(link.outbox.requests);
      writeRelease(link.outbox.requests, 'result', kept.id, 1);
      link.outbox.schedule();
    });
    link.outbox.onSend = (batch) => this.#sent(batch);
  }

  /** Requests that somebody waits for, by number. */
  get pending(): ReadonlyMap<number, Request> {
    return this.#pending;
  }

  /** Sends an operation whether or not anybody waits for it. */
  issue(view: View): Request {
    return (view.request ??= this.record(view, 0));
  }

  /** The promise of a view's value. A call runs once; attributes are read anew each time. */
  evaluate(view: View): Promise<unknown> {
    const signal = view.options?.signal;
    if (signal?.aborted && view.request === undefined) return Promise.reject(signal.reason as Error);
    if (!runsOnce(view.op)) return this.#ask(this.record(view, Flag.ask));
    const request = this.issue(view);
    const promise = this.#ask(request);
    // A call that is under way already can still be given a limit: get(remote.f(), { timeout }).
    if (request.state === 'open' && !request.limited) this.#limit(request, view.options);
    if (view.op !== Op.set) return promise;
    // Assignments are where one looks for what went wrong before.
    return promise.then(() => this.unheard.raise());
  }

  /** What a view stands for, also a reference itself, as its own side sees it; `done` is called before it is known here. */
  read(view: View, done: () => void): Later {
    const later = new Later();
    const request = this.record(view, Flag.ask);
    this.#attend(request);
    request.whenSettled((failed, value) => {
      done();
      later.settle(failed, value);
    });
    return later;
  }

  /**
   * Sends the request of a blocking call. The caller waits until its state is not `open` any more, and calls `giveUp` when a time
   * limit passes first.
   */
  begin(view: View): Request {
    let { request } = view;
    if (request === undefined || !runsOnce(view.op)) {
      request = this.record(view, Flag.ask, continuedChain());
      if (runsOnce(view.op)) view.request = request;
    }
    this.#attend(request);
    if (request.state === 'open' && request.elsewhere)
      throw new TypeError(`${view} is answered here, but by a promise: await it instead of blocking`);
    return request;
  }

  /** Encodes a request; `flags` beyond those of its view. A request that cannot be sent is settled at once. */
  record(view: View, flags: number, blockingIn?: Chain): Request {
    const request = new Request(++this.#lastId, view);
    const chain = blockingIn ?? currentChain();
    request.flags =
      flags | flagsOf(view) | (hasResult(view.op) ? Flag.keep : 0) | (chain === undefined ? 0 : Flag.chain);
    request.chain = chain;
    request.blocking = blockingIn !== undefined;
    const path = pathOf(view);
    try {
      if (this.#answeredHere(request, path)) return request;
      const { outbox } = this.#link;
      const held =
        path.base === undefined
          ? view.root.kind === 'root' && this.#link.listening === 'not yet'
          : outbox.isHeld(path.base.batch);
      const before = isTraced() ? unsentBytes(outbox) : -1;
      writeRequest(outbox, request, path, held, (step) => (step.request = this.#inner(step)));
      if (before !== -1) request.trace = new TracedCall(this.#link.number, request, unsentBytes(outbox) - before);
      if (path.base !== undefined) this.extend(path.base);
      if (path.base !== undefined && !path.base.inner) request.base = path.base;
      const batch = request.batch as Batch;
      // Whoever blocks is still there when the error comes.
      if (
        !request.blocking &&
        batch.requests.length <= placesPerBatch &&
        outbox.inFlight < 4 * placesPerBatch &&
        mayCapture()
      )
        request.place = capturePlace();
      // A time limit is for whoever waits; an unawaited call is never known to have ended.
      if ((flags & Flag.ask) !== 0 && !request.blocking) this.#limit(request, view.options);
      else if (view.options?.signal !== undefined)
        arm(request, undefined, view.options.signal, (reason) => this.stop(request, reason));
      outbox.grown(batch);
      this.#link.busyChanged();
    } catch (error) {
      this.#settle(request, true, error);
    }
    return request;
  }

  /** Resolves when everything issued so far has finished on the other side; rejects with what went unheard. */
  async flush(): Promise<void> {
    const { outbox, ended, listening } = this.#link;
    if (ended === undefined && (this.#lastId > 0 || listening === 'listening')) {
      const request = new Request(++this.#lastId, new View(this.#link.root));
      const batch = outbox.lane(outbox.holds);
      outbox.finish(batch);
      writeNumbered(batch, Kind.flush, request.id);
      outbox.schedule();
      request.inner = true;
      this.#pending.set(request.id, request);
      this.#link.busyChanged();
      await request.wait();
    }
    this.unheard.raise();
    if (ended?.reason !== undefined) throw endedError(ended.reason, 'flush', 'unknown');
  }

  /** The answer to a request, or the failure of one that nobody asked about. */
  answered(message: Answer): void {
    const { id, kind, unasked, failure, later } = message;
    if (kind !== Kind.pulled && !unasked) this.#link.outbox.answered(1);
    const request = this.#pending.get(id);
    if (request === undefined) {
      if (id < 1 || id > this.#lastId) throw new ProtocolError(`an answer to a request ${id} came, which was not made`);
      // A late answer to a call that was cancelled is dropped; an error that nobody asked about is not.
      if (unasked && !this.#extended.delete(id))
        this.unheard.add(id, failure === undefined ? message.value : failure.error);
      const late = unasked ? undefined : viewOfRemote(message.value);
      if (late?.root.recorder === this.#link.recorder && late.root.kind === 'reference')
        this.#link.dropMention(late.root.id);
      return;
    }
    if (request.trace !== undefined) request.trace.received = message.bytes;
    if (failure !== undefined) {
      this.#settle(request, true, failure.error);
    } else if (later === undefined) {
      this.#settle(request, message.failed, message.value);
    } else {
      whenAll(later, (failed) =>
        this.#settle(
          request,
          message.failed || failed !== undefined,
          failed === undefined ? message.value : failed.error,
        ),
      );
    }
  }

  /** Where the call was made that is being answered. */
  placeOf(id: number): { readonly stack?: string } | undefined {
    return placeOf(this.#pending.get(id));
  }

  /** The link ended: whoever still waits is told. */
  end(reason: Error | undefined): void {
    for (const request of [...this.#pending.values()]) {
      const executed = request.batch === undefined ? 'unknown' : 'no';
      this.#settle(request, true, placed(endedError(reason, request.view, executed), placeOf(request)));
    }
  }

  /** The other end stopped before these were sent. */
  refuse(batch: Batch): void {
    for (const request of [...batch.inner, ...batch.requests]) {
      request.batch = undefined;
      this.#settle(request, true, notListeningError(request.view, true));
    }
    batch.discard();
  }

  /** Another operation builds on this result, so the other side keeps it. */
  extend(request: Request): void {
    if (request.extended) return;
    request.extended = true;
    if (request.state === 'open' && hasResult(request.view.op)) this.#extended.add(request.id);
    this.unheard.take(request.id);
    if (request.batch === undefined || !hasResult(request.view.op)) return;
    request.flags |= Flag.keep;
    this.#patch(request);
  }

  /** Requests that need no message: their base is known here, or nobody can be reached. */
  #answeredHere(request: Request, { base, steps }: Path): boolean {
    const { view } = request;
    const { ended, listening, options } = this.#link;
    if (base !== undefined && base.state !== 'open') {
      this.unheard.take(base.id); // whoever builds on it hears of its failure
      this.#follow(request, base, steps);
      return true;
    }
    const absent = view.root.kind === 'root' && listening !== 'listening';
    if (ended !== undefined || absent) {
      const fallback = fallbackOf(view, options);
      if (fallback !== undefined) {
        this.#settleFrom(request, fallback);
        return true;
      }
    }
    if (ended !== undefined) throw endedError(ended.reason, view, 'no');
    if (absent && (listening === 'stopped' || options.queue === false))
      throw notListeningError(view, listening === 'stopped');
    if (base === undefined && view.root.kind === 'reference' && !this.#link.isHeld(view.root.id))
      throw releasedError(view);
    return false;
  }

  /** The base's value is here: a remote is operated on there, a copy here. */
  #follow(request: Request, base: Request, steps: readonly View[]): void {
    if (base.state === 'rejected') return this.#settle(request, true, base.outcome);
    this.#settleFrom(request, () => outcomeFrom(base, request, steps));
  }

  /** Settles a request with what is known here, or with what a promise comes to. */
  #settleFrom(request: Request, outcome: () => unknown): void {
    let value: unknown;
    try {
      value = outcome();
    } catch (error) {
      return this.#settle(request, true, error);
    }
    if (!isPromise(value)) return this.#settle(request, false, value);
    request.elsewhere = true;
    value.then(
      (settled) => this.#settle(request, false, settled),
      (error: unknown) => this.#settle(request, true, error),
    );
  }

  #inner(view: View): Request {
    return Object.assign(new Request(++this.#lastId, view), { flags: Flag.keep });
  }

  #ask(request: Request): Promise<unknown> {
    if (request.promise !== undefined) return request.promise;
    const promise = request.wait();
    this.#attend(request);
    return promise;
  }

  /** Somebody waits from now on: the answer is asked for, if it is not on its way. */
  #attend(request: Request): void {
    request.heard = true;
    this.unheard.take(request.id);
    // One that is answered elsewhere was never sent itself: there is nothing to pull.
    if (request.state !== 'open' || request.elsewhere || this.#pending.has(request.id)) return;
    const { ended } = this.#link;
    if (ended !== undefined && (request.sent || request.batch !== undefined)) {
      // It was on its way when the link ended, and nobody waited for it then.
      this.#settle(
        request,
        true,
        placed(endedError(ended.reason, request.view, request.sent ? 'unknown' : 'no'), request.place),
      );
      return;
    }
    this.#pending.set(request.id, request);
    if (request.batch !== undefined && !request.inner) {
      request.flags |= Flag.ask;
      if (!request.extended) request.flags &= ~Flag.keep;
      this.#patch(request);
    } else if (ended === undefined && (request.flags & Flag.ask) === 0) {
      this.#pull(request);
    }
    this.#link.busyChanged();
  }

  #pull(request: Request): void {
    const { outbox } = this.#link;
    const batch = outbox.lane(outbox.isHeld(request.batch));
    outbox.finish(batch);
    writeNumbered(batch, Kind.pull, request.id);
    outbox.schedule();
  }

  #patch(request: Request): void {
    if (request.flagsAt >= 0 && request.batch !== undefined)
      request.batch.writer.bytes[request.flagsAt] = request.flags;
  }

  #settle(request: Request, failed: boolean, outcome: unknown): void {
    if (request.state !== 'open') return;
    const { base } = request;
    // The result it builds on was answered, and so not kept, while this was on its way: go on from the answer.
    if (failed && base !== undefined && base.state !== 'open' && isGone(outcome)) {
      request.base = undefined;
      return this.#follow(request, base, stepsFrom(base, request.view));
    }
    this.#pending.delete(request.id);
    this.#extended.delete(request.id);
    request.settle(failed, outcome);
    request.trace?.settled(failed ? { error: outcome } : undefined);
    if (failed && !request.heard && !request.extended) this.unheard.add(request.id, outcome);
    if (request.kept !== undefined) this.#kept.giveBack(request.kept);
    this.#link.busyChanged();
  }

  #limit(request: Request, options: ViewOptions | undefined): void {
    request.limited = true;
    request.disarm?.();
    const { signal, timeout = this.#link.options.timeout } = options ?? {};
    if (signal !== undefined || timeout !== undefined)
      arm(request, timeout, signal, (reason) => this.stop(request, reason));
  }

  /** Nobody waits any longer: what has not left is not run, what has is cancelled. */
  stop(request: Request, reason: StopReason): void {
    if (request.state !== 'open') return;
    const unsent = request.batch !== undefined;
    if (unsent && request.flagsAt >= 0) cancelUnsent(request.batch as Batch, request.flagsAt);
    else if (unsent) request.flags = (request.flags | Flag.cancelled) & ~Flag.ask;
    else this.#cancel(request.id);
    request.base = undefined;
    this.#settle(request, true, reason(unsent ? 'no' : 'unknown'));
  }

  #cancel(id: number): void {
    writeNumbered(this.#link.outbox.control, Kind.cancel, id);
    this.#link.outbox.schedule();
  }

  /** A batch leaves: results that may still be wanted are watched. */
  #sent(batch: Batch): void {
    batch.context = undefined;
    for (const request of batch.inner) this.#kept.left(request);
    for (const request of batch.requests) this.#kept.left(request);
  }
}
