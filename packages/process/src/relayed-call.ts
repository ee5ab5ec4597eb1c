import {
  capturePlace,
  currentContext,
  fallbackOf,
  hideFramesOf,
  inContext,
  mayCapture,
  recordedAt,
  Request,
  snapshot,
  View,
  type Place,
  type Recorder,
  type ViewOptions,
} from '@remoteobj/core/internal';

hideFramesOf(import.meta.url);

/** Numbers of calls, of all relays: some of them hear of errors in one place. */
let lastId = 0;

/** What a call is made among. */
export interface RelayedCallOptions {
  /** Calls of this tick, itself included, and those that are not settled: of very many the places are not recorded. */
  readonly inTick: number;
  readonly inFlight: number;
  /** Whether it may have to be made again, in another life. */
  readonly records: boolean;
}

/** A chain on its way to the connection that will act on it. */
export class RelayedCall {
  readonly view: View;
  /** The call whose result it goes on from; undefined: it starts from the root. */
  readonly base: RelayedCall | undefined;
  /** Its number; settled with its outcome, or with why it was not sent. */
  readonly request: Request;
  /** The same chain on a connection, once that is settled. */
  bound: View | undefined = undefined;
  /** The chain as it is made again: with its arguments as they were, if it records. */
  readonly recorded: View;
  /** Another chain goes on from it, and whoever waits for that hears of both. */
  extended = false;
  /** Likewise, another call is given its result. */
  given = false;
  readonly #act: (bound: View) => void;
  readonly #place: Place;
  #args: readonly unknown[] | undefined;
  /** What its caller carries along, whoever brings it about that it is placed. */
  readonly #context = currentContext();
  #listeners: ((placed: boolean) => void)[] = [];

  constructor(
    view: View,
    base: RelayedCall | undefined,
    { inTick, inFlight, records }: RelayedCallOptions,
    act: (bound: View) => void,
  ) {
    this.request = new Request(++lastId, view);
    this.view = view;
    this.base = base;
    this.recorded = records ? recordOf(view, base) : view;
    this.#act = act;
    this.#place = mayCapture(inTick, inFlight) ? capturePlace() : {};
    this.#args = view.args;
  }

  /** It is neither placed nor settled. */
  get waits(): boolean {
    return this.bound === undefined && this.request.state === 'open';
  }

  /** Goes to a connection: its steps are put behind `start`. */
  place(start: View): void {
    if (!this.waits) return;
    const bound = graft(this.view, this.base, start, this.#args);
    this.bound = bound;
    inContext(this.#context, () => recordedAt(this.#place, () => this.#act(bound)));
    this.#tell(true);
  }

  /** It has to wait: it is sent with its arguments as they are now. */
  takeArguments(): void {
    this.#args = this.#args && snapshot(this.#args);
  }

  /** Goes to what is there now, as do the calls that it goes on from; where there is nothing, it waits on. */
  placeNow(peek: () => View | undefined): void {
    if (!this.waits) return;
    this.base?.placeNow(peek);
    if (this.base?.request.state === 'rejected') return this.refuse(this.base.request.outcome);
    const start = this.base === undefined ? peek() : this.base.bound;
    if (start !== undefined) this.place(start);
  }

  /** What it was settled with; throws that where it failed. */
  outcome(): unknown {
    if (this.request.state === 'rejected') throw this.request.outcome;
    return this.request.outcome;
  }

  /** It is settled without ever having been sent. */
  settleHere(failed: boolean, outcome: unknown): void {
    if (!this.waits) return;
    this.request.settle(failed, outcome);
    this.#tell(false);
  }

  /** It cannot be sent: it fails, unless it has a default; `asked`: itself with the options of whoever asks for it. */
  refuse(error: unknown, asked: View = this.view): void {
    if (!this.useDefault(asked)) this.settleHere(true, error);
  }

  /** It gives its default at once; false: it has none. */
  useDefault(asked: View = this.view): boolean {
    try {
      const fallback = fallbackOf(asked, {});
      if (fallback === undefined) return false;
      this.settleHere(false, fallback());
    } catch (error) {
      this.settleHere(true, error);
    }
    return true;
  }

  /** Calls back once it was placed or settled without that; at once where it has been. */
  whenPlaced(listener: (placed: boolean) => void): void {
    if (this.waits) this.#listeners.push(listener);
    else listener(this.bound !== undefined);
  }

  #tell(placed: boolean): void {
    for (const listener of this.#listeners.splice(0)) listener(placed);
  }
}

/** The steps of a view behind a call, or all of them, on another start; `args`: those of the last. */
export function graft(
  view: View,
  base: RelayedCall | undefined,
  start: View,
  args: readonly unknown[] | undefined = view.args,
): View {
  const steps = view.steps(({ request }) => base !== undefined && request === base.request);
  return steps.reduce(
    (chain, step) => new View(start.root, chain, step.op, step.key, step === view ? args : step.args, step.options),
    start,
  );
}

/** A chain with its arguments as they are now, to be made again; those of its `base` were taken when that was called. */
export function recordOf(view: View, base: RelayedCall | undefined): View {
  return graft(view, base, base?.recorded ?? new View(view.root), view.args && snapshot(view.args, true));
}

/** The connection that a bound chain is on. */
export function recorderOf(view: View): Recorder {
  return view.root.recorder as Recorder; // views of connections have one
}

export function optioned(view: View, options: ViewOptions | undefined): View {
  return options === undefined ? view : view.withOptions(options);
}
