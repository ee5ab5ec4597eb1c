import { AccessDeniedError } from '@remoteobj/except';
import { isListed } from './access.js';
import { apply, getOwnPropertyDescriptor, getPrototypeOf, intrinsicPrototypes } from './intrinsics.js';
import type { Policy } from './policy.js';

/** The two protocols of the language that cross: iteration and disposal. Their symbols are found by descriptor, as members are. */

/** An iterator of the object. Throws TypeError when it is not iterable, `AccessDeniedError` when a stranger may not. */
export function iteratorOf(holder: unknown, policy: Policy, text: () => string): { iterator: Iterator<unknown> | AsyncIterator<unknown>; async: boolean } {
  for (const [symbol, async] of [[Symbol.asyncIterator, true], [Symbol.iterator, false]] as const) {
    const hit = methodOf(holder, symbol);
    if (hit === undefined) continue;
    if (policy.mode === 'exposed' && !hit.intrinsic && !isListed(holder, `[${String(symbol.description)}]`, policy)) {
      throw new AccessDeniedError(`${text()} cannot be iterated from outside`, { executed: 'no' });
    }
    const iterator: unknown = apply(hit.method, holder, []);
    if (typeof iterator !== 'object' || iterator === null) throw new TypeError(`${text()} gave an iterator that is no object`);
    return { iterator: iterator as Iterator<unknown> | AsyncIterator<unknown>, async };
  }
  if (policy.mode === 'exposed') throw new AccessDeniedError(`${text()} cannot be iterated from outside`, { executed: 'no' });
  throw new TypeError(`${text()} is not iterable`);
}

/** What disposes of the object, bound to it. */
export function disposerOf(holder: object): (() => unknown) | undefined {
  const hit = methodOf(holder, Symbol.asyncDispose) ?? methodOf(holder, Symbol.dispose);
  return hit === undefined ? undefined : () => apply(hit.method, holder, []) as unknown;
}

function methodOf(holder: unknown, symbol: symbol): { method: (...args: never[]) => unknown; intrinsic: boolean } | undefined {
  if (holder === null || holder === undefined) return undefined;
  for (let object: object | null = Object(holder) as object; object !== null; object = getPrototypeOf(object) as object | null) {
    const method: unknown = getOwnPropertyDescriptor(object, symbol)?.value;
    if (typeof method === 'function') return { method: method as (...args: never[]) => unknown, intrinsic: intrinsicPrototypes.has(object) };
  }
  return undefined;
}
