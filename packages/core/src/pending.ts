import { ProtocolError, RemoteObjectError } from '@remoteobj/except';
import { hasResult } from './arguments.js';
import type { Batch } from './batch.js';
import type { CallerLink } from './caller-link.js';
import { writeNumbered } from './encode.js';
import { endedError, notListeningError } from './errors.js';
import { isGone, outcomeFrom, stepsFrom } from './following.js';
import { KeptResults } from './kept-results.js';
import { isPromise } from './kinds.js';
import { whenAll, whenSettled } from './later.js';
import { Flag, Kind, type Answer } from './message.js';
import { OpenCalls } from './open-calls.js';
import { viewOfRemote } from './proxy.js';
import { Request } from './request.js';
import { placed } from './stacks.js';
import type { StopReason } from './time-limit.js';
import { Unasked } from './unasked.js';
import { Unheard } from './unheard.js';
import type { View } from './view.js';
import { placeOf } from './waiting.js';

/** Requests of a connection until they are settled, exactly once each: by an answer, by the link's end, or because they were given up. */
export class Pending {
  readonly unheard: Unheard = new Unheard();
  readonly #link: CallerLink;
  /** Requests that somebody waits for. */
  readonly #requests = new OpenCalls<Request>();
  /** Requests on whose result others build: whoever waits for those hears of a failure. */
  readonly #extended = new Set<number>();
  readonly #kept: KeptResults;
  readonly #unasked = new Unasked();
  #lastId = 0;
  /** Sent requests of which nobody knows what became of them when the link broke, and the number of the error that tells of them. */
  #lost = 0;
  #lostId = 0;

  constructor(link: CallerLink) {
    this.#link = link;
    this.#kept = new KeptResults((kept) => {
      this.#extended.delete(kept.id);
      link.outbox.release('result', kept.id, 1);
    });
    link.outbox.onSend = (batch) => this.#sent(batch);
  }

  /** How many requests somebody waits for. */
  get size(): number {
    return this.#requests.size;
  }

  /** Requests that somebody waits for. */
  values(): Iterable<Request> {
    return this.#requests.values();
  }

  /** A request of its own number. */
  create(view: View): Request {
    return new Request(++this.#lastId, view);
  }

  /** A message of its own asks for the answer. */
  open(request: Request): void {
    this.#requests.add(request);
    this.#link.busyChanged();
  }

  /** The answer to a request, or the failure of one that nobody asked about. */
  answered(message: Answer): void {
    const { id, kind, unasked, failure, later } = message;
    if (kind !== Kind.pulled && !unasked) this.#link.outbox.answered(1);
    const request = this.#requests.get(id);
    if (request === undefined) {
      if (id < 1 || id > this.#lastId) throw new ProtocolError(`an answer to a request ${id} came, which was not made`);
      // A late answer to a call that was cancelled is dropped; an error that nobody asked about is not.
      if (unasked && !this.#extended.delete(id))
        this.unheard.add(id, failure === undefined ? message.value : failure.error);
      if (!unasked && kind !== Kind.pulled) this.#unasked.answeredLate();
      const late = unasked ? undefined : viewOfRemote(message.value);
      if (late?.root.recorder === this.#link.recorder && late.root.kind === 'reference')
        this.#link.references.dropMention(late.root.id);
      return;
    }
    if (request.trace !== undefined) request.trace.received = message.bytes;
    if (failure !== undefined) {
      // It was run; only what came of it could not be made here.
      if (!message.failed && failure.error instanceof RemoteObjectError) failure.error.executed = 'yes';
      this.settle(request, true, failure.error);
    } else if (later === undefined) {
      this.settle(request, message.failed, message.value);
    } else {
      whenAll(
        later,
        (failed) =>
          this.settle(
            request,
            message.failed || failed !== undefined,
            failed === undefined ? message.value : failed.error,
          ),
        request.reading,
      );
    }
  }

  /** So many requests have finished that asked for no answer. */
  finished(count: number): void {
    this.#link.outbox.answered(count);
    this.#unasked.finished(count);
  }

  /** Where the call was made that is being answered. */
  placeOf(id: number): { readonly stack?: string } | undefined {
    return placeOf(this.#requests.get(id));
  }

  /** Whoever ends the other side on purpose need not be told what was under way; who listens for errors is. */
  expectEnd(): void {
    this.unheard.quiet = true;
  }

  /** The link ended: whoever still waits is told, and of what nobody awaits, whoever listens for errors; `unsent` has not left. */
  end(reason: Error | undefined, unsent: readonly Batch[]): void {
    const awaited = this.#requests.values();
    const pulled = awaited.filter(({ sent, inner, flags }) => sent && !inner && (flags & Flag.ask) === 0);
    // An end in good order is one that both sides have agreed on.
    if (reason !== undefined) this.#lost = this.#unasked.lost(pulled.length);
    for (const request of [...awaited, ...unsent.flatMap((batch) => batch.requests)]) {
      const executed = request.batch === undefined ? 'unknown' : 'no';
      this.settle(request, true, placed(endedError(reason, request.view, executed), placeOf(request)));
    }
    if (this.#lost === 0) return;
    const what = `${this.#lost} ${this.#lost === 1 ? 'operation' : 'operations'} that nobody awaited`;
    this.#lostId = ++this.#lastId;
    this.unheard.add(this.#lostId, endedError(reason, what, 'unknown'));
  }

  /** What has not left may still be awaited when the link is closed, as what a function returns is: it is answered before. */
  ask(batch: Batch): void {
    for (const request of batch.requests) {
      if (request.state !== 'open' || (request.flags & Flag.ask) !== 0) continue;
      this.#requests.add(request);
      this.#ask(request);
    }
  }

  /** The other end stopped, or the link ended or is `closing`, before these were sent. */
  refuse(batch: Batch, closing = false): void {
    const { ended, stopReason } = this.#link;
    for (const request of [...batch.inner, ...batch.requests]) {
      request.batch = undefined;
      const { view } = request;
      const error =
        ended === undefined && !closing
          ? notListeningError(view, true, stopReason)
          : endedError(ended?.reason, view, 'no');
      this.settle(request, true, error);
    }
    batch.discard();
  }

  /** Another operation builds on this result, so the other side keeps it. */
  extend(request: Request): void {
    if (request.extended) return;
    request.extended = true;
    if (request.state === 'open' && hasResult(request.view.op)) this.#extended.add(request.id);
    if (request.state === 'open' && request.sent && (request.flags & Flag.ask) === 0) this.#unasked.givenUp(false);
    this.unheard.take(request.id);
    if (request.batch === undefined || !hasResult(request.view.op)) return;
    request.flags |= Flag.keep;
    request.patch();
  }

  /** Settles a request with what is known here, or with what a promise comes to. */
  settleFrom(request: Request, outcome: () => unknown): void {
    let value: unknown;
    try {
      value = outcome();
    } catch (error) {
      return this.settle(request, true, error);
    }
    if (!isPromise(value)) return this.settle(request, false, value);
    request.elsewhere = true;
    whenSettled(value, (failed, settled) => this.settle(request, failed, settled));
  }

  /** Somebody waits from now on: the answer is asked for, if it is not on its way. */
  attend(request: Request): void {
    request.heard = true;
    this.unheard.take(request.id);
    // One that is answered elsewhere was never sent itself: there is nothing to pull.
    if (request.state !== 'open' || request.elsewhere || this.#requests.has(request.id)) return;
    const { ended, outbox } = this.#link;
    if (ended !== undefined && (request.sent || request.batch !== undefined)) {
      // It was on its way when the link ended, and nobody waited for it then.
      if (request.sent && --this.#lost === 0) this.unheard.take(this.#lostId);
      const error = endedError(ended.reason, request.view, request.sent ? 'unknown' : 'no');
      this.settle(request, true, placed(error, request.place));
      return;
    }
    this.#requests.add(request);
    if (request.batch !== undefined && !request.inner) {
      this.#ask(request);
    } else if (ended === undefined && (request.flags & Flag.ask) === 0) {
      outbox.sendNumbered(Kind.pull, request.id, outbox.isHeld(request.batch));
    }
    this.#link.busyChanged();
  }

  /** Its answer is wanted; it has not left yet. */
  #ask(request: Request): void {
    request.flags |= Flag.ask;
    if (!request.extended) request.flags &= ~Flag.keep;
    request.patch();
  }

  /** Settles a request, once; one whose base is not kept over there goes on from what the base was answered with. */
  settle(request: Request, failed: boolean, outcome: unknown): void {
    if (request.state !== 'open') return;
    const { base } = request;
    // The result it builds on was answered, and so not kept, while this was on its way: go on from the answer.
    if (failed && base !== undefined && base.state !== 'open' && isGone(outcome)) {
      request.base = undefined;
      return this.settleFrom(request, () => outcomeFrom(base, request, stepsFrom(base, request.view)));
    }
    this.#requests.delete(request.id);
    this.#extended.delete(request.id);
    request.settle(failed, outcome);
    request.trace?.settled(failed ? { error: outcome } : undefined);
    if (failed && !request.heard && !request.extended) this.unheard.add(request.id, outcome);
    if (request.kept !== undefined) this.#kept.giveBack(request.kept);
    this.#link.busyChanged();
  }

  /** Nobody waits any longer: what has not left is not run, what has is cancelled. */
  stop(request: Request, reason: StopReason): void {
    if (request.state !== 'open') return;
    const unsent = request.batch !== undefined;
    if (unsent) request.takeBack();
    else this.#cancel(request);
    request.base = undefined;
    this.settle(request, true, reason(unsent ? 'no' : 'unknown'));
  }

  /** Nobody is there to whom the request could be sent: something else is its outcome. */
  async instead(request: Request, outcome: () => unknown): Promise<unknown> {
    this.unheard.take(request.id);
    if (request.state === 'open') {
      request.takeBack();
      request.heard = true;
      this.settleFrom(request, outcome);
      return request.wait();
    }
    return outcome();
  }

  #cancel({ id, flags, sent }: Request): void {
    if (sent) this.#unasked.givenUp((flags & Flag.ask) !== 0);
    writeNumbered(this.#link.outbox.control, Kind.cancel, id);
    this.#link.outbox.schedule();
  }

  /** A batch leaves: results that may still be wanted are watched. */
  #sent(batch: Batch): void {
    batch.context = undefined;
    for (const request of batch.inner) this.#kept.left(request);
    for (const request of batch.requests) {
      if ((request.flags & Flag.ask) === 0) {
        this.#unasked.sent();
        if (request.extended) this.#unasked.givenUp(false); // whoever builds on it hears of its failure
      }
      this.#kept.left(request);
    }
  }
}
