import { currentContext, fallbackOf, inContext, Request, View } from '@remoteobj/core/internal';

/** A chain on its way to the connection that will act on it. */
export class RelayedCall {
  readonly view: View;
  /** The call whose result it goes on from; undefined: it starts from the root. */
  readonly base: RelayedCall | undefined;
  /** Its number; settled with its outcome, or with why it was not sent. */
  readonly request: Request;
  /** The same chain on a connection, once that is settled. */
  bound: View | undefined = undefined;
  /** Another chain goes on from it, and whoever waits for that hears of both. */
  extended = false;
  readonly #act: (bound: View) => void;
  /** What its caller carries along, whoever brings it about that it is placed. */
  readonly #context = currentContext();
  #listeners: ((placed: boolean) => void)[] = [];

  constructor(id: number, view: View, base: RelayedCall | undefined, act: (bound: View) => void) {
    this.request = new Request(id, view);
    this.view = view;
    this.base = base;
    this.#act = act;
  }

  /** It is neither placed nor settled. */
  get waits(): boolean {
    return this.bound === undefined && this.request.state === 'open';
  }

  /** Goes to a connection: its steps are put behind `start`. */
  place(start: View): void {
    if (!this.waits) return;
    const bound = graft(this.view, this.base, start);
    this.bound = bound;
    inContext(this.#context, () => this.#act(bound));
    this.#tell(true);
  }

  /** It is settled without ever having been sent. */
  settleHere(failed: boolean, outcome: unknown): void {
    if (!this.waits) return;
    this.request.settle(failed, outcome);
    this.#tell(false);
  }

  /** It cannot be sent: it fails, unless it has a default. */
  refuse(error: unknown): void {
    if (!this.useDefault()) this.settleHere(true, error);
  }

  /** It gives its default at once; false: it has none. */
  useDefault(): boolean {
    try {
      const fallback = fallbackOf(this.view, {});
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

/** The steps of a view behind a call, or all of them, on another start. */
export function graft(view: View, base: RelayedCall | undefined, start: View): View {
  const steps = view.steps(({ request }) => base !== undefined && request === base.request);
  return steps.reduce(
    (chain, { op, key, args, options }) => new View(start.root, chain, op, key, args, options),
    start,
  );
}
