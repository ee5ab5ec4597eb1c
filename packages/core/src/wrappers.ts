import { UnserializableError } from '@remoteobj/except';

/**
 * How a wrapped value is to cross; made by the functions below, opened by marshal.ts. `once`: by reference this time, whatever
 * becomes of it when it crosses again.
 */
export class Wrapped {
  // oxlint-disable-next-line no-unused-private-class-members -- asked for by `in`
  readonly #brand = true;
  readonly how: 'reference' | 'once' | 'value' | 'transfer' | 'inline' | 'builtIn';
  readonly value: unknown;
  readonly dispose: boolean;
  readonly buffers: readonly ArrayBuffer[];
  /** It was sent, so whoever got it lets go of it. */
  crossed = false;

  constructor(how: Wrapped['how'], value: unknown, dispose = false, buffers: readonly ArrayBuffer[] = []) {
    this.how = how;
    this.value = value;
    this.dispose = dispose;
    this.buffers = buffers;
  }

  /** Not `instanceof`, which asks a Proxy. */
  static is(value: unknown): value is Wrapped {
    return typeof value === 'object' && value !== null && #brand in value;
  }
}

/** The value itself, for whoever goes on from it here; what is sent by name or as source stays wrapped. */
export function opened(value: unknown): unknown {
  let inner = value;
  while (Wrapped.is(inner) && inner.how !== 'inline' && inner.how !== 'builtIn') inner = inner.value;
  return inner;
}

/**
 * Passes `value` by reference, also where it would be copied; works at any depth of an argument or a result.
 *
 * With `dispose`, the object's `[Symbol.dispose]` (or `asyncDispose`) runs on its own side when the other side drops its last
 * reference or dies. Throws TypeError for a primitive, which has no identity to refer to.
 */
export function byReference<T extends object>(value: T, options: { readonly dispose?: boolean } = {}): T {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    throw new TypeError(
      `byReference takes an object or a function, not ${String(value)}: a primitive has no identity to refer to`,
    );
  }
  staying.add(value);
  return new Wrapped('reference', value, options.dispose ?? false) as unknown as T; // the wrapper is opened while sending
}

const staying = new WeakSet<object>();

/** Whether an object was given to `byReference`: a connection that it has crossed goes on to refer to it. */
export function mayStay(value: object): boolean {
  return staying.has(value);
}

/**
 * Copies `value` where it would go by reference: own enumerable data properties arrive as a plain object; works at any depth.
 *
 * Functions cannot be copied: throws TypeError; use `inline` or `remoteModule` for those.
 */
export function byValue<T>(value: T): T {
  if (typeof value === 'function')
    throw new TypeError('byValue cannot copy a function: use inline(fn) or remoteModule(url)');
  return new Wrapped('value', value) as unknown as T; // the wrapper is opened while sending
}

/**
 * Moves `buffers` instead of copying them, where the transport can (between threads); elsewhere they are copied.
 *
 * After sending, moved buffers are detached here. Throws TypeError when something listed is no ArrayBuffer.
 */
export function transfer<T>(value: T, buffers: readonly ArrayBuffer[]): T {
  for (const buffer of buffers) {
    if (!(buffer instanceof ArrayBuffer))
      throw new TypeError('transfer(value, buffers) takes ArrayBuffers: pass view.buffer, not the view');
  }
  return new Wrapped('transfer', value, false, [...buffers]) as unknown as T; // the wrapper is opened while sending
}

/**
 * Ships the source of a closed function: one that uses its parameters and globals only.
 *
 * Accepted by processes and threads that we started. Throws UnserializableError for native or bound functions and for methods
 * written in shorthand, whose source is no expression.
 */
export function inline<F extends (...args: never[]) => unknown>(fn: F): F {
  if (typeof fn !== 'function') throw new TypeError(`inline takes a function, not ${typeof fn}`);
  const source = Function.prototype.toString.call(fn);
  if (source.includes('[native code]')) {
    throw new UnserializableError(
      'inline(fn): a native or bound function has no source to send; name it with remoteModule(url)',
      { path: 'fn' },
    );
  }
  if (!/^(?:async\s+)?(?:function\b|class\b|\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(source)) {
    throw new UnserializableError(
      'inline(fn): a method or accessor in shorthand cannot be sent; write it as an arrow function',
      { path: 'fn' },
    );
  }
  return new Wrapped('inline', source) as unknown as F; // the wrapper is opened while sending
}
