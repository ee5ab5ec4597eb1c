import {
  fallbackOf,
  runsOnce,
  Unheard,
  type Recorder,
  type Root,
  type View,
  type ViewOptions,
} from '@remoteobj/core/internal';
import { noItemsError, notReadyError } from './relay-errors.js';
import { RelayedAnswers } from './relayed-answers.js';
import { graft, optioned, recorderOf, recordOf, RelayedCall } from './relayed-call.js';
import { relayedIteration } from './relayed-iteration.js';
import type { Router } from './router.js';
import { withinLimits } from './waiting-limits.js';

/**
 * Records like a connection, and sends each chain on to a connection that a router chooses when it is called. What could not be sent
 * yet waits, in order; nothing is sent twice.
 */
export class Relay implements Recorder {
  readonly eager = true;
  readonly root: Root;
  readonly unheard: Unheard;
  readonly #router: Router;
  readonly #calls = new WeakMap<object, RelayedCall>();
  /** Chains that wait for a connection, and chains that go on from those. */
  #queue: RelayedCall[] = [];
  readonly #answers: RelayedAnswers;
  #pumping = false;
  #open = 0;

  constructor(router: Router, kind: 'root' | 'reference' = 'root', unheard: Unheard = new Unheard()) {
    this.unheard = unheard;
    this.#router = router;
    this.root = { recorder: this, kind, id: 0, url: '' };
    this.#answers = new RelayedAnswers({
      unheard,
      answer: (call) => this.#answer(call, undefined),
      ended: () => this.#changed(-1),
    });
  }

  /** Operations that are not settled. */
  get open(): number {
    return this.#open;
  }

  /** Chains that wait for a connection. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Sends what waits, as far as the router knows where to. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    let gone = 0;
    for (const call of this.#queue) {
      this.#tryToPlace(call, this.#queue.length - gone);
      if (call.waits) break;
      gone++;
    }
    this.#queue.splice(0, gone);
    this.#pumping = false;
  }

  issue(view: View): void {
    this.#begin(view);
  }

  evaluate(view: View): Promise<unknown> {
    const { signal } = view.options ?? {};
    if (!runsOnce(view.op)) return this.#read(view);
    if (signal?.aborted && view.request === undefined) return Promise.reject(signal.reason as Error);
    const call = this.#begin(view);
    call.request.heard = true;
    this.unheard.take(call.request.id);
    if (!call.waits) return this.#answer(call, view.options);
    const limits = withinLimits(view.options, view, (error) => call.settleHere(true, error));
    return new Promise((resolve) => {
      call.whenPlaced(() => resolve(this.#answer(call, limits.rest())));
    });
  }

  iterate(view: View): AsyncIterableIterator<unknown> {
    return relayedIteration(async () => {
      const bound = await this.#bound(view);
      return recorderOf(bound).iterate(bound);
    });
  }

  get blocks(): boolean {
    const start = this.#router.peek();
    return start === undefined || recorderOf(start).blocks; // what is not there yet says so when it is used
  }

  evaluateBlocking(view: View): unknown {
    const call = this.#callNow(view);
    if (call !== undefined && call.bound === undefined) return call.outcome();
    let bound: View;
    try {
      bound = this.#boundNow(view, call);
    } catch (error) {
      const fallback = fallbackOf(view, {});
      if (fallback === undefined) throw error;
      return fallback();
    }
    const recorded = call?.recorded ?? (this.#router.records ? recordOf(view, this.#baseOf(view)) : view);
    const value = recorderOf(bound).evaluateBlocking(bound);
    return this.#router.arrived?.(recorded, value) ?? value;
  }

  iterateBlocking(view: View): IterableIterator<unknown> {
    const bound = this.#boundNow(view, this.#callNow(view));
    return recorderOf(bound).iterateBlocking(bound);
  }

  release(view: View): void {
    const target = view.root.kind === 'reference' ? this.behind(view) : undefined;
    if (target === undefined) return;
    this.#router.released?.();
    recorderOf(target).release(target);
  }

  behind(view: View): View | undefined {
    const base = (view.request && this.#calls.get(view.request)) ?? this.#baseOf(view);
    if (base === undefined) {
      const start = this.#router.steady ? this.#router.peek() : undefined;
      return start && graft(view, undefined, start);
    }
    base.given = true;
    this.unheard.take(base.request.id);
    return base.bound && graft(view, base, base.bound);
  }

  /** A call is sent once, however often it is awaited or extended. */
  #begin(view: View): RelayedCall {
    const known = view.request && this.#calls.get(view.request);
    if (known !== undefined) return known;
    const call = this.#make(view, (bound) => {
      this.#answers.expect(call); // before it is issued, so that the answer is asked for in the frame that it leaves with
      recorderOf(bound).issue(bound);
    });
    view.request = call.request;
    this.#calls.set(call.request, call);
    this.#changed(1);
    call.whenPlaced((placed) => {
      if (placed) return;
      if (call.request.state === 'rejected') this.#answers.failed(call);
      this.#changed(-1);
    });
    this.#send(call);
    return call;
  }

  #make(view: View, act: (bound: View) => void): RelayedCall {
    const among = { inTick: this.#answers.fresh + 1, inFlight: this.#open };
    return new RelayedCall(view, this.#baseOf(view), { ...among, records: this.#router.records === true }, act);
  }

  #read(view: View): Promise<unknown> {
    const limits = withinLimits(view.options, view, (error) => call.settleHere(true, error));
    let answer: Promise<unknown> | undefined;
    const call = this.#make(view, (bound) => {
      const rest = limits.rest();
      answer = recorderOf(bound).evaluate(optioned(bound, rest));
    });
    this.#changed(1);
    const settled = (): void => this.#changed(-1);
    const value = new Promise((resolve) => {
      call.whenPlaced((placed) => {
        limits.rest();
        const outcome = placed ? (answer as Promise<unknown>) : call.request.wait();
        outcome.then(settled, settled);
        resolve(this.#arriving(call, outcome));
      });
    });
    this.#send(call);
    return value;
  }

  #send(call: RelayedCall): void {
    if (call.base !== undefined) this.#extend(call.base);
    const refusal = this.#router.refusal?.();
    if (refusal !== undefined) return call.refuse(refusal);
    if (this.#queue.length === 0 || call.base?.waits === false) this.#tryToPlace(call, 1);
    if (!call.waits) return;
    if (call.useDefault()) return; // whoever has one never waits
    call.takeArguments();
    this.#queue.push(call);
    this.pump();
    this.#router.changed();
  }

  /** Places a chain behind its base, or where the router says. */
  #tryToPlace(call: RelayedCall, waiting: number): void {
    if (!call.waits) return;
    const { base } = call;
    try {
      if (base?.request.state === 'rejected') throw base.request.outcome;
      const start = base === undefined ? this.#router.next(waiting) : base.bound;
      if (start !== undefined) call.place(start);
    } catch (error) {
      call.refuse(error);
    }
  }

  #answer(call: RelayedCall, options: ViewOptions | undefined): Promise<unknown> {
    const { bound, request } = call;
    if (bound === undefined) return request.wait();
    return this.#arriving(call, recorderOf(bound).evaluate(optioned(bound, options)));
  }

  #arriving({ recorded }: RelayedCall, answer: Promise<unknown>): Promise<unknown> {
    const router = this.#router;
    return router.arrived === undefined ? answer : answer.then((value) => router.arrived?.(recorded, value));
  }

  /** Another chain builds on its result: whoever waits for that hears of its failure. */
  #extend(call: RelayedCall): void {
    call.extended = true;
    this.unheard.take(call.request.id);
  }

  #changed(by: number): void {
    this.#open += by;
    this.#router.changed();
  }

  /** The nearest call in a chain; one that was only recorded so far is sent. */
  #baseOf(view: View): RelayedCall | undefined {
    for (let node = view.parent; node?.parent !== undefined; node = node.parent) {
      if (node.request !== undefined || runsOnce(node.op)) return this.#begin(node);
    }
    return undefined;
  }

  /** The same chain on a connection, once that is settled: for what is done with it there. */
  #bound(view: View): Promise<View> {
    return new Promise((resolve, reject) => {
      const once = runsOnce(view.op);
      const call = once ? this.#begin(view) : this.#make(view, () => {});
      call.extended = true;
      this.#changed(1);
      call.whenPlaced((placed) => {
        this.#changed(-1);
        if (placed) resolve(optioned(call.bound as View, view.options));
        else call.request.wait().then(() => reject(noItemsError(view)), reject);
      });
      if (!once) this.#send(call);
    });
  }

  /**
   * The call that a blocking one waits for, if it was made before: placed where something is ready, else settled, as it cannot wait for
   * that.
   */
  #callNow(view: View): RelayedCall | undefined {
    const call = view.request && this.#calls.get(view.request);
    if (call === undefined) return undefined;
    call.request.heard = true;
    this.unheard.take(call.request.id);
    call.placeNow(() => this.#router.peek());
    if (call.waits) call.refuse(notReadyError(view, call.base), view);
    return call;
  }

  /**
   * The same chain on a connection that is there; `call`: it was made before. A blocking call is not counted: it is over before anything
   * else is sent.
   */
  #boundNow(view: View, call: RelayedCall | undefined): View {
    const bound = call === undefined ? this.#graftNow(view) : call.bound;
    if (bound !== undefined) return optioned(bound, view.options);
    call?.outcome();
    throw noItemsError(view);
  }

  #graftNow(view: View): View {
    const refusal = this.#router.refusal?.();
    if (refusal !== undefined) throw refusal;
    const peek = (): View | undefined => this.#router.peek();
    const base = this.#baseOf(view);
    base?.placeNow(peek);
    const start = base === undefined ? peek() : base.bound;
    if (start === undefined) {
      if (base === undefined) this.#router.next(1); // which throws where there will be none, and else starts one
      else if (!base.waits) base.outcome();
      throw notReadyError(view, base);
    }
    if (base !== undefined) this.#extend(base);
    return graft(view, base, start);
  }
}
