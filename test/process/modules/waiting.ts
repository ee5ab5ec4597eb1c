/** What tests of calls that wait, and of objects that are made anew, run elsewhere. */

export function echo<T>(value: T): T {
  return value;
}

export function add(a: number, b: number): number {
  return a + b;
}

export function fail(message: string): never {
  throw new RangeError(message);
}

export function exit(code: number): never {
  process.exit(code);
}

export function areSame(a: unknown, b: unknown): boolean {
  return a === b;
}

/** Whether the members of a list are one object. */
export function areOne(list: readonly unknown[]): boolean {
  return list.every((one) => one === list[0]);
}

export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Keeps what it is given. */
export class Holder {
  readonly #held: unknown;

  constructor(held: unknown) {
    this.#held = held;
  }

  held(): unknown {
    return this.#held;
  }

  nested(held: unknown): typeof Holder {
    return class extends Holder {
      constructor() {
        super(held);
      }
    };
  }
}

export let made = 0;

/** Counts how many of it were made in this life. */
export class Counted {
  constructor() {
    made++;
  }

  id(): number {
    return made;
  }
}
