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
      const link = await within(timeout, make, 'the link was not made');
      const failures: unknown[] = [];
      const keep = (error: unknown): void => void failures.push(error);
      await within(timeout, () => body(link), 'the link does not do it').catch(keep);
      await within(timeout, () => end(link), 'the link could not be closed').catch(keep);
      if (failures.length > 0) throw failures[0];
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

/** Nothing waits for ever, for a faulty transport neither. The timer is there before the work begins, which may count what it finds. */
async function within<T>(milliseconds: number, work: () => Promise<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
