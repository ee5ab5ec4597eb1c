import { OpenIterator } from './evaluator.js';
import type { Request } from './request.js';

/** Where items come from that are here. */
export type Items = Iterator<unknown> | AsyncIterator<unknown>;

/**
 * What an iteration gets that needs no message: the items of a result that is here, or of a default while nobody listens.
 *
 * Throws TypeError for a default that cannot be iterated, or not without waiting.
 */
export function itemsInstead({ view, blocking }: Request, value: unknown): Items {
  const { iterator, async } = OpenIterator.is(value) ? value : iteratorOf(value, blocking);
  if (iterator === undefined)
    throw new TypeError(`${view}: nobody listens, and the default cannot be iterated: ${String(value)}`);
  if (async && blocking) throw new TypeError(`${view} is answered here, but asynchronously: iterate with for await`);
  return iterator;
}

function iteratorOf(value: unknown, blocking: boolean): { iterator: Items | undefined; async: boolean } {
  const given = Object(value) as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  const iterator = blocking ? given[Symbol.iterator]?.() : undefined;
  if (iterator !== undefined) return { iterator, async: false };
  const later = given[Symbol.asyncIterator]?.();
  return { iterator: later ?? given[Symbol.iterator]?.(), async: later !== undefined };
}
