import type { ErrorOrigin } from '@remoteobj/except';
import { describeThrown, isError, markOrigin } from '@remoteobj/except/internal';

/**
 * What was thrown for an item, with its number as `index`, and with the worker that it was sent to as `remote`. What is no error, or
 * cannot carry the number, is the `cause` of one. Never throws.
 */
export function failureOf(thrown: unknown, index: number, origin: ErrorOrigin | undefined): Error {
  try {
    if (isError(thrown) && Object.isExtensible(thrown)) return marked(thrown, index, origin);
  } catch {
    // An `index` of its own that stays as it is, or a Proxy that refuses it.
  }
  return marked(new Error(`item ${index} failed: ${describeThrown(thrown)}`, { cause: thrown }), index, origin);
}

function marked(error: Error, index: number, origin: ErrorOrigin | undefined): Error {
  Object.defineProperty(error, 'index', { value: index, writable: true, configurable: true, enumerable: true });
  if (origin !== undefined) markOrigin(error, origin);
  return error;
}
