import { answeredHere, isAbsent } from './answered-here.js';
import { hasResult } from './arguments.js';
import type { Batch } from './batch.js';
import type { CallerLink } from './caller-link.js';
import { continuedChain, currentChain, type Chain } from './chain.js';
import { flagsOf } from './encode.js';
import { endedError } from './errors.js';
import { Later } from './later.js';
import { fallbackOf } from './fallback.js';
import { Flag, Kind } from './message.js';
import { Op } from './operation.js';
import { Pending } from './pending.js';
import { pathOf, runsOnce, writeRequest } from './record.js';
import type { Request } from './request.js';
import { arm, type StopReason } from './time-limit.js';
import { capturePlace, mayCapture } from './stacks.js';
import { isTraced, TracedCall, unsentBytes } from './trace.js';
import type { Unheard } from './unheard.js';
import { View, type ViewOptions } from './view.js';

/** The calling half of a connection: records requests and sends them. */
export class Caller {
  readonly pending: Pending;
  readonly unheard: Unheard;
  readonly #link: CallerLink;

  constructor(link: CallerLink) {
    this.#link = link;
    this.pending = new Pending(link);
    this.unheard = this.pending.unheard;
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
    if (!request.sent && request.state !== 'fulfilled' && isAbsent(this.#link, view)) {
      // A call that was made before its default was given, as in get(remote.f(), { default }).
      const fallback = fallbackOf(view, this.#link.options);
      if (fallback !== undefined) return this.pending.instead(request, fallback);
    }
    const promise = this.#ask(request);
    // A call that is under way already can still be given a limit: get(remote.f(), { timeout }).
    if (request.state === 'open' && !request.limited) this.#limit(request, view.options);
    if (view.op !== Op.set) return promise;
    // Assignments are where one looks for what went wrong before.
    return promise.then(() => this.unheard.raise());
  }

  /** What a view stands for, also a reference itself, as its own side sees it. */
  read(view: View): Later {
    const later = new Later();
    const request = this.record(view, Flag.ask);
    request.reading = later;
    this.pending.attend(request);
    request.whenSettled((failed, value) => later.settle(failed, value));
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
    this.pending.attend(request);
    if (request.state === 'open' && request.elsewhere)
      throw new TypeError(`${view} is answered here, but by a promise: await it instead of blocking`);
    return request;
  }

  /** Encodes a request; `flags` beyond those of its view. A request that cannot be sent is settled at once. */
  record(view: View, flags: number, blockingIn?: Chain): Request {
    const request = this.pending.create(view);
    const chain = blockingIn ?? currentChain();
    request.flags =
      flags | flagsOf(view) | (hasResult(view.op) ? Flag.keep : 0) | (chain === undefined ? 0 : Flag.chain);
    request.chain = chain;
    request.blocking = blockingIn !== undefined;
    const path = pathOf(view);
    try {
      const here = answeredHere(this.#link, request, path);
      if (here !== undefined) {
        if (path.base !== undefined) this.unheard.take(path.base.id); // whoever builds on it hears of its failure
        this.pending.settleFrom(request, here);
        return request;
      }
      const { outbox } = this.#link;
      const held =
        path.base === undefined
          ? view.root.kind === 'root' && this.#link.listening === 'not yet'
          : outbox.isHeld(path.base.batch);
      const before = isTraced() ? unsentBytes(outbox) : -1;
      writeRequest(outbox, request, path, held, (step) => (step.request = this.#inner(step)));
      if (before !== -1) request.trace = new TracedCall(this.#link.number, request, unsentBytes(outbox) - before);
      if (path.base !== undefined) this.pending.extend(path.base);
      if (path.base !== undefined && !path.base.inner) request.base = path.base;
      const batch = request.batch as Batch;
      // Whoever blocks is still there when the error comes.
      if (!request.blocking && mayCapture(batch.requests.length, outbox.inFlight)) request.place = capturePlace();
      // A time limit is for whoever waits; an unawaited call is never known to have ended.
      if ((flags & Flag.ask) !== 0 && !request.blocking) this.#limit(request, view.options);
      else if (view.options?.signal !== undefined)
        arm(request, undefined, view.options.signal, (reason) => this.stop(request, reason));
      outbox.grown(batch);
      this.#link.busyChanged();
    } catch (error) {
      this.pending.settle(request, true, error);
    }
    return request;
  }

  /** Resolves when everything issued so far has finished on the other side; rejects with what went unheard. */
  async flush(): Promise<void> {
    const { outbox, ended, listening } = this.#link;
    // Where nobody listens, and nothing is under way, there may be nobody to answer.
    if (ended === undefined && (listening === 'listening' || outbox.unsent || outbox.inFlight > 0)) {
      const request = this.pending.create(new View(this.#link.root));
      outbox.sendNumbered(Kind.flush, request.id, outbox.holds);
      request.inner = true;
      this.pending.open(request);
      await request.wait();
    }
    this.unheard.raise();
    if (ended?.reason !== undefined) throw endedError(ended.reason, 'flush', 'unknown');
  }

  /** Nobody waits any longer. */
  stop(request: Request, reason: StopReason): void {
    this.pending.stop(request, reason);
  }

  #inner(view: View): Request {
    return Object.assign(this.pending.create(view), { flags: Flag.keep });
  }

  #ask(request: Request): Promise<unknown> {
    if (request.promise !== undefined) return request.promise;
    const promise = request.wait();
    this.pending.attend(request);
    return promise;
  }

  #limit(request: Request, options: ViewOptions | undefined): void {
    request.limited = true;
    request.disarm?.();
    const { signal, timeout = this.#link.options.timeout } = options ?? {};
    if (signal !== undefined || timeout !== undefined)
      arm(request, timeout, signal, (reason) => this.stop(request, reason));
  }
}
