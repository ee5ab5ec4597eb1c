import { NotListeningError } from '@remoteobj/except';
import {
  fallbackOf,
  runsOnce,
  Unheard,
  type Recorder,
  type Root,
  type View,
  type ViewOptions,
} from '@remoteobj/core/internal';
import { graft, RelayedCall } from './relayed-call.js';
import { relayedIteration } from './relayed-iteration.js';
import type { Router } from './router.js';
import { withinLimits } from './waiting-limits.js';

/** Numbers of calls, of all relays: some of them hear of errors in one place. */
let lastId = 0;

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
  #fresh: RelayedCall[] = [];
  #pumping = false;
  #open = 0;

  constructor(router: Router, kind: 'root' | 'reference' = 'root', unheard: Unheard = new Unheard()) {
    this.unheard = unheard;
    this.#router = router;
    this.root = { recorder: this, kind, id: 0, url: '' };
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
    let bound: View;
    try {
      bound = this.#boundNow(view);
    } catch (error) {
      const fallback = fallbackOf(view, {});
      if (fallback === undefined) throw error;
      return fallback();
    }
    const value = recorderOf(bound).evaluateBlocking(bound);
    return this.#router.arrived?.(view, value) ?? value;
  }

  iterateBlocking(view: View): IterableIterator<unknown> {
    const bound = this.#boundNow(view);
    return recorderOf(bound).iterateBlocking(bound);
  }

  release(view: View): void {
    const target = view.root.kind === 'reference' ? this.behind(view) : undefined;
    if (target === undefined) return;
    this.#router.released?.();
    recorderOf(target).release(target);
  }

  behind(view: View): View | undefined {
    const own = view.request && this.#calls.get(view.request);
    if (own !== undefined) return own.bound;
    const base = this.#baseOf(view);
    if (base !== undefined) return base.bound && graft(view, base, base.bound);
    const start = this.#router.steady ? this.#router.peek() : undefined;
    return start && graft(view, undefined, start);
  }

  /** A call is sent once, however often it is awaited or extended. */
  #begin(view: View): RelayedCall {
    const known = view.request && this.#calls.get(view.request);
    if (known !== undefined) return known;
    const base = this.#baseOf(view);
    const call = new RelayedCall(++lastId, view, base, (bound) => {
      this.#watch(call); // before it is issued, so that the answer is asked for in the frame that it leaves with
      recorderOf(bound).issue(bound);
    });
    view.request = call.request;
    this.#calls.set(call.request, call);
    this.#changed(1);
    call.whenPlaced((placed) => {
      if (placed) return;
      if (call.request.state === 'rejected') this.#failed(call);
      this.#changed(-1);
    });
    this.#send(call);
    return call;
  }

  #read(view: View): Promise<unknown> {
    const limits = withinLimits(view.options, view, (error) => call.settleHere(true, error));
    let answer: Promise<unknown> | undefined;
    const call = new RelayedCall(++lastId, view, this.#baseOf(view), (bound) => {
      const rest = limits.rest();
      answer = recorderOf(bound).evaluate(rest === undefined ? bound : bound.withOptions(rest));
    });
    this.#changed(1);
    const settled = (): void => this.#changed(-1);
    const value = new Promise((resolve) => {
      call.whenPlaced((placed) => {
        limits.rest();
        const outcome = placed ? (answer as Promise<unknown>) : call.request.wait();
        outcome.then(settled, settled);
        resolve(this.#arriving(view, outcome));
      });
    });
    this.#send(call);
    return value;
  }

  #send(call: RelayedCall): void {
    if (call.base !== undefined) call.base.extended = true;
    const refusal = this.#router.refusal?.();
    if (refusal !== undefined) return call.refuse(refusal);
    if (this.#queue.length === 0 || call.base?.waits === false) this.#tryToPlace(call, 1);
    if (!call.waits) return;
    if (call.useDefault()) return; // whoever has one never waits
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
    const { bound, request, view } = call;
    if (bound === undefined) return request.wait();
    const wanted = options === undefined ? bound : bound.withOptions(options);
    return this.#arriving(view, recorderOf(bound).evaluate(wanted));
  }

  #arriving(view: View, answer: Promise<unknown>): Promise<unknown> {
    const router = this.#router;
    return router.arrived === undefined ? answer : answer.then((value) => router.arrived?.(view, value));
  }

  /** As long as a call runs its worker is busy, also when nobody awaits it: the answer is asked for. */
  #watch(call: RelayedCall): void {
    if (this.#fresh.push(call) > 1) return;
    queueMicrotask(() => queueMicrotask(() => this.#follow()));
  }

  #follow(): void {
    for (const call of this.#fresh.splice(0)) {
      if (call.extended && !call.request.heard) {
        this.#changed(-1);
        continue;
      }
      this.#answer(call, undefined).then(
        (value) => {
          call.request.settle(false, value);
          this.#changed(-1);
        },
        (error: unknown) => {
          call.request.settle(true, error);
          this.#failed(call);
          this.#changed(-1);
        },
      );
    }
  }

  #failed({ request, extended }: RelayedCall): void {
    if (!request.heard && !extended) this.unheard.add(request.id, request.outcome);
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
      const call = once ? this.#begin(view) : new RelayedCall(++lastId, view, this.#baseOf(view), () => {});
      call.extended = true;
      this.#changed(1);
      call.whenPlaced((placed) => {
        this.#changed(-1);
        if (placed) resolve(call.bound as View);
        else
          call.request
            .wait()
            .then(() => reject(new NotListeningError(`${view} has no items: a default cannot be iterated`)), reject);
      });
      if (!once) this.#send(call);
    });
  }

  /** The same chain on a connection that is there. A blocking call is not counted: it is over before anything else is sent. */
  #boundNow(view: View): View {
    const refusal = this.#router.refusal?.();
    if (refusal !== undefined) throw refusal;
    const known = this.behind(view);
    if (known !== undefined) return known;
    const start = this.#router.peek();
    if (start !== undefined && this.#baseOf(view) === undefined) return graft(view, undefined, start);
    if (start === undefined) this.#router.next(1); // which throws where there will be none, and else starts one
    throw new NotListeningError(`${view}: nothing is ready to take a blocking call; await a call first`);
  }
}

function recorderOf(view: View): Recorder {
  return view.root.recorder as Recorder; // views of connections have one
}
