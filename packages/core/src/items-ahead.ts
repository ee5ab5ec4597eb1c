import { streamWindow } from './limits.js';

/**
 * How many items the producer of an iterable may be ahead of a consumer in another process or thread: a whole number from 1, as a property of
 * the iterable; at most and by default 32. With 1 each item is taken when the consumer asks for it, not before.
 *
 * It is `Symbol.for('remoteobj.itemsAhead')`.
 */
export const itemsAhead: unique symbol = Symbol.for('remoteobj.itemsAhead');

/** What an iterable says about that. Throws TypeError for anything but a whole number from 1. */
export function aheadOf(iterable: unknown): number {
  const { [itemsAhead]: ahead = streamWindow } = Object(iterable) as { readonly [itemsAhead]?: unknown };
  if (typeof ahead === 'number' && Number.isSafeInteger(ahead) && ahead >= 1) return ahead;
  throw new TypeError(`[itemsAhead] of what is iterated must be a whole number from 1, not ${String(ahead)}`);
}
