import type { Transport } from '@remoteobj/core';

/** Two ends of a fresh link. Optional members are what the medium allows to try. */
export interface LinkUnderTest {
  readonly a: Transport;
  readonly b: Transport;
  /** Writes bytes to b's side that are no frames; absent where the medium cannot carry rubbish. */
  readonly rubbish?: () => void;
  /** Announces to b's side a frame beyond its limit; absent where the medium delivers whole messages. */
  readonly overlong?: () => void;
  /** Breaks the link as a crash of a's side would. */
  readonly cut?: () => void;
  /** Whether the link keeps this process's event loop alive now. */
  readonly holdsLoop?: () => boolean;
  /** How many listeners the link has on what it was made of. */
  readonly listeners?: () => number;
  /** Frees what the maker holds; called after each check. */
  readonly dispose?: () => unknown;
}

/** One promise of the contract. */
export interface Check {
  readonly name: string;
  /** How many unhandled rejections with a `ReceiverFault` it causes on purpose. */
  readonly faults: number;
  /** Rejects when the promise is not kept within `timeout` milliseconds (default 20,000). */
  run(make: () => Promise<LinkUnderTest>, options?: { readonly timeout?: number }): Promise<void>;
}

/** A check of this body, which is given a fresh link and throws. */
export function check(name: string, body: (link: LinkUnderTest) => Promise<void>, faults = 0): Check {
  return {
    name,
    faults,
    async run(make, { timeout = 20_000 } = {}) {
      const limit = new Limit(timeout);
      try {
        const link = await limit.of(make(), 'the link was not made');
        try {
          await limit.of(body(link), 'the link does not do it');
        } finally {
          await limit.of(end(link), 'the link could not be closed');
        }
      } finally {
        limit.clear();
      }
    },
  };
}

/** Throws unless both are the same. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected))
    throw new Error(`${what}: ${String(expected)} was expected, ${String(actual)} came`);
}

/** Some turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

async function end({ a, b, dispose }: LinkUnderTest): Promise<void> {
  const over = new Error('the check is over');
  await Promise.all([a.close(over), b.close(over)]);
  await dispose?.();
}

/** Nothing waits for ever, for a faulty transport neither. It is there before the link is made, which counts what it finds. */
class Limit {
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #past: Promise<void>;

  constructor(milliseconds: number) {
    let pass = (): void => {};
    this.#past = new Promise((resolve) => (pass = resolve));
    this.#timer = setTimeout(pass, milliseconds);
  }

  async of<T>(work: Promise<T>, what: string): Promise<T> {
    const late = this.#past.then(() => {
      throw new Error(`${what} within the time limit`);
    });
    return Promise.race([work, late]);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
