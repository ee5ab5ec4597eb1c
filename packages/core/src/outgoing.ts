import { isError } from '@remoteobj/except/internal';
import { internalError } from './internal-error.js';
import { Flag } from './message.js';
import type { Policy } from './policy.js';
import { byValue, opened, transfer, Wrapped } from './wrappers.js';

/** Strangers get errors only (marshal.ts bares them); whatever else was thrown could be anything of the server's. */
export function outgoingError(error: unknown, policy: Policy): unknown {
  return policy.mode === 'trusted' || isError(error) ? error : internalError(error);
}

/** A peer that may not import modules here asked for one. */
export function moduleRefused(url: string): Error {
  return new TypeError(`${url}: this end does not import modules for its peer`);
}

/** A result as the caller wants it: copied, or left here. What it was wrapped in gives way, where it says otherwise. */
export function forced(value: unknown, flags: number): unknown {
  if ((flags & (Flag.asReference | Flag.asValue)) === 0) return value;
  const inner = opened(value);
  if (typeof inner !== 'object' || inner === null || Wrapped.is(inner)) return value;
  const wrapped = Wrapped.is(value) ? value : undefined;
  if ((flags & Flag.asReference) !== 0) return wrapped?.how === 'reference' ? wrapped : new Wrapped('once', inner);
  return wrapped?.how === 'transfer' ? transfer(byValue(inner), wrapped.buffers) : byValue(inner);
}
