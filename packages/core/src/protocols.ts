import { AccessDeniedError } from '@remoteobj/except';
import { apply, getOwnPropertyDescriptor, getPrototypeOf, SafeMap, SafeSet } from './intrinsics.js';
import { isListed } from './listed.js';
import type { Policy } from './policy.js';
import { intrinsicPrototypes } from './realm.js';

/** The two protocols of the language that cross: iteration and disposal. Their symbols are found by descriptor, as members are. */

type Method = (...args: unknown[]) => unknown;

/** What iterates an object. */
export interface Iteration {
  readonly iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly async: boolean;
}

/**
 * An iterator of the object; its asynchronous one where it has both. Strangers iterate built-in kinds, and what lists
 * `'[Symbol.iterator]'` or `'@@iterator'` (`asyncIterator` likewise).
 *
 * Throws TypeError when it is not iterable, `AccessDeniedError` when a stranger may not.
 */
export function iteratorOf(holder: unknown, policy: Policy, text: () => string): Iteration {
  const hit = find(holder, Symbol.asyncIterator) ?? find(holder, Symbol.iterator);
  if (policy.mode === 'exposed' && !(hit !== undefined && (hit.open || isListedSymbol(holder, hit.symbol, policy)))) {
    throw new AccessDeniedError(`${text()} cannot be iterated from outside`, { executed: 'no' });
  }
  const method = hit?.method ?? (hit?.get === undefined ? undefined : apply(hit.get, holder, []));
  if (hit === undefined || typeof method !== 'function') throw new TypeError(`${text()} is not iterable`);
  const iterator: unknown = apply(method, holder, []);
  if (typeof iterator !== 'object' || iterator === null)
    throw new TypeError(`${text()} gave an iterator that is no object`);
  return { iterator: iterator as Iteration['iterator'], async: hit.symbol === Symbol.asyncIterator };
}

/** What disposes of the object, bound to it; `[Symbol.asyncDispose]` where it has both. */
export function disposerOf(holder: object): (() => unknown) | undefined {
  const method = (find(holder, asyncDispose) ?? find(holder, dispose))?.method;
  return method === undefined ? undefined : () => apply(method, holder, []) as unknown;
}

interface Hit {
  readonly symbol: symbol;
  readonly method: Method | undefined;
  readonly get: (() => unknown) | undefined;
  /** The captured method of a built-in kind, which strangers may use. */
  readonly open: boolean;
}

/** Early releases of Node 20 lack these; compilers of `using` fall back on the same names. */
const dispose: symbol = (Symbol.dispose as symbol | undefined) ?? Symbol.for('Symbol.dispose');
const asyncDispose: symbol = (Symbol.asyncDispose as symbol | undefined) ?? Symbol.for('Symbol.asyncDispose');

/** Iteration of the language's own prototypes, as it was when this module was loaded; used where it was not deleted since. */
const captured = capture();

/** Kinds that strangers may iterate. What only inherits from an iterator's prototype has a `next` of its own, so that is none. */
const open = new SafeSet<unknown>([
  Array.prototype,
  Map.prototype,
  Set.prototype,
  String.prototype,
  getPrototypeOf(Uint8Array.prototype),
]);
const iterators = new SafeSet<unknown>([
  getPrototypeOf(function* (): Generator {}.prototype as object),
  getPrototypeOf(async function* (): AsyncGenerator {}.prototype as object),
  ...[[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator]()].map(
    (value) => getPrototypeOf(value) as object,
  ),
]);

function find(holder: unknown, symbol: symbol): Hit | undefined {
  if (holder === null || holder === undefined) return undefined;
  let object: object | null =
    typeof holder === 'object' || typeof holder === 'function' ? holder : (getPrototypeOf(holder) as object);
  let passedIterator = false;
  for (let hops = 0; object !== null && hops <= 32; hops++) {
    passedIterator ||= iterators.has(object);
    const descriptor = getOwnPropertyDescriptor(object, symbol);
    if (descriptor !== undefined) {
      const intrinsic = captured.get(object)?.get(symbol);
      const method: unknown = intrinsic ?? descriptor.value;
      return {
        symbol,
        method: typeof method === 'function' ? (method as Method) : undefined,
        get: descriptor.get as Hit['get'],
        open: (intrinsic !== undefined && (passedIterator || open.has(object))) || isStreamPrototype(object),
      };
    }
    object = getPrototypeOf(object) as object | null;
  }
  return undefined;
}

/** Looked up when it is asked for: loading the streams of Node takes longer than the rest of this package. */
function isStreamPrototype(object: object): boolean {
  const { ReadableStream: Stream } = globalThis as { ReadableStream?: { readonly prototype: object } };
  return Stream !== undefined && object === Stream.prototype;
}

function isListedSymbol(holder: unknown, symbol: symbol, policy: Policy): boolean {
  const name = symbol === Symbol.asyncIterator ? 'asyncIterator' : 'iterator';
  return isListed(holder, `[Symbol.${name}]`, policy) || isListed(holder, `@@${name}`, policy);
}

function capture(): ReadonlyMap<object, ReadonlyMap<symbol, Method>> {
  const all = new SafeMap<object, Map<symbol, Method>>();
  for (const prototype of intrinsicPrototypes) {
    const methods = new SafeMap<symbol, Method>();
    for (const symbol of [Symbol.asyncIterator, Symbol.iterator]) {
      const method: unknown = getOwnPropertyDescriptor(prototype, symbol)?.value;
      if (typeof method === 'function') methods.set(symbol, method as Method);
    }
    if (methods.size > 0) all.set(prototype, methods);
  }
  return all;
}
