import { alsoPolled } from './peek.js';

type Settled = (failed: boolean, value: unknown) => void;

const { then } = Promise.prototype;

/** `promise.then(next)`, also of another realm and whatever a subclass made of `then`. */
export function thenDo<T>(promise: Promise<unknown>, next: (value: unknown) => T): Promise<T> {
  return Reflect.apply(then, promise, [next]) as Promise<T>; // what `then` gives
}

/** Calls back when a promise is settled: in a microtask, or where a thread is polled and none runs, by `tellSettled`. */
export function whenSettled(promise: Promise<unknown>, settled: Settled): void {
  const tell = alsoPolled(promise, settled);
  void Reflect.apply(then, promise, [(value: unknown) => tell(false, value), (error: unknown) => tell(true, error)]);
}

/** What waits for a promise, if it does. */
interface Waiting {
  readonly settled: Promise<unknown> | undefined;
}

/** Calls back when nothing of it waits any more; at once when nothing does. */
export function whenAllSettled(waiting: readonly Waiting[], done: () => void): void {
  const open = waiting.map(({ settled }) => settled).filter((promise) => promise !== undefined);
  let left = open.length;
  if (left === 0) done();
  for (const promise of open)
    whenSettled(promise, () => {
      if (--left === 0) done();
    });
}

/**
 * A part of a value that is not here yet; whoever holds it puts the value where it belongs once it is.
 *
 * Not a promise: what waits for it must go on also while this thread blocks and no microtask runs.
 */
export class Later {
  #state: 'open' | 'fulfilled' | 'rejected' = 'open';
  #value: unknown = undefined;
  #places: ((value: unknown) => void)[] = [];
  #listeners: Settled[] = [];
  /** What must be here before it. */
  #needed: readonly Later[] = [];

  /** Where the value belongs. */
  put(place: (value: unknown) => void): void {
    if (this.#state === 'open') this.#places.push(place);
    else if (this.#state === 'fulfilled') place(this.#value);
  }

  /** Puts the value into its places, then tells whoever waits. */
  settle(failed: boolean, value: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = failed ? 'rejected' : 'fulfilled';
    this.#value = value;
    try {
      if (!failed) for (const place of this.#places) place(value);
    } catch (error) {
      this.#state = 'rejected';
      this.#value = error;
    }
    this.#places = [];
    this.#needed = [];
    for (const listener of this.#listeners.splice(0)) listener(this.#state === 'rejected', this.#value);
  }

  whenSettled(listener: Settled): void {
    if (this.#state === 'open') this.#listeners.push(listener);
    else listener(this.#state === 'rejected', this.#value);
  }

  /** Says what must be here before it: those of `parts` that do not wait for it themselves, as the value of a promise inside that value does. */
  need(parts: readonly Later[]): readonly Later[] {
    return (this.#needed = parts.filter((part) => !part.#waitsFor(this)));
  }

  #waitsFor(other: Later): boolean {
    const met = new Set<Later>([this]);
    for (const later of met) for (const needed of later.#needed) met.add(needed);
    return met.has(other);
  }
}

/**
 * Calls back once all parts are in their places, or with the first failure; at once when nothing is open. Parts that wait for
 * `whole` are not waited for by it: they are put into their places with it.
 */
export function whenAll(
  parts: readonly Later[],
  done: (failure?: { readonly error: unknown }) => void,
  whole?: Later,
): void {
  const needed = whole?.need(parts) ?? parts;
  let open = needed.length;
  let told = false;
  const tell = (failure?: { readonly error: unknown }): void => {
    if (told) return;
    told = true;
    done(failure);
  };
  if (open === 0) return tell();
  for (const part of needed) {
    part.whenSettled((failed, value) => {
      if (failed) tell({ error: value });
      else if (--open === 0) tell();
    });
  }
}
