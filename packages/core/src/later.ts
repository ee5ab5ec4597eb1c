type Settled = (failed: boolean, value: unknown) => void;

/** Calls back when a promise is settled. */
export function whenSettled(promise: Promise<unknown>, settled: Settled): void {
  promise.then(
    (value) => settled(false, value),
    (error: unknown) => settled(true, error),
  );
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

  static of(promise: Promise<unknown>): Later {
    const later = new Later();
    whenSettled(promise, (failed, value) => later.settle(failed, value));
    return later;
  }

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
    for (const listener of this.#listeners.splice(0)) listener(this.#state === 'rejected', this.#value);
  }

  whenSettled(listener: Settled): void {
    if (this.#state === 'open') this.#listeners.push(listener);
    else listener(this.#state === 'rejected', this.#value);
  }
}

/** Calls back once all parts are in their places, or with the first failure; at once when nothing is open. */
export function whenAll(parts: readonly Later[], done: (failure?: { readonly error: unknown }) => void): void {
  let open = parts.length;
  let told = false;
  const tell = (failure?: { readonly error: unknown }): void => {
    if (told) return;
    told = true;
    done(failure);
  };
  if (open === 0) return tell();
  for (const part of parts) {
    part.whenSettled((failed, value) => {
      if (failed) tell({ error: value });
      else if (--open === 0) tell();
    });
  }
}
