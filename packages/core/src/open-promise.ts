import type { Exporter } from './exporter.js';
import { settledNow, type Outcome } from './peek.js';

/**
 * What a promise has come to, where whoever gets it would wait for this thread, which blocks; undefined: it crosses as a promise.
 *
 * Throws what it was rejected with, and `fail` where it would be waited for in vain.
 */
export function blockedOutcome(
  promise: Promise<unknown>,
  { blocking, awaited }: Exporter,
  fail: (why: string) => Error,
): Outcome | undefined {
  if (blocking) throw fail('a promise cannot settle while this thread blocks: await it, or what it is made of, before');
  if (!awaited) return undefined;
  const now = settledNow(promise);
  if (now === undefined)
    throw fail(
      'a promise that is open cannot settle while this thread blocks: use sync(remote) for what it calls, or do not block',
    );
  if (now.failed) throw now.value;
  return now;
}
