import { isError } from '@remoteobj/except/internal';
import { internalError } from './internal-error.js';
import { Flag } from './message.js';
import type { Policy } from './policy.js';
import { byReference, byValue } from './wrappers.js';

/** Strangers get errors only (marshal.ts bares them); whatever else was thrown could be anything of the server's. */
export function outgoingError(error: unknown, policy: Policy): unknown {
  return policy.mode === 'trusted' || isError(error) ? error : internalError(error);
}

/** A peer that may not import modules here asked for one. */
export function moduleRefused(url: string): Error {
  return new TypeError(`${url}: this end does not import modules for its peer`);
}

/** A result as the caller wants it: copied, or left here. */
export function forced(value: unknown, flags: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ((flags & Flag.asReference) !== 0) return byReference(value);
  return (flags & Flag.asValue) !== 0 ? byValue(value) : value;
}
