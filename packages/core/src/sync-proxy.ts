import { noBlockingError } from './errors.js';
import { functionMember, isFunction } from './function-members.js';
import { Op } from './operation.js';
import { named, print, recorderOf, target, viewOf, viewOfRemote } from './proxy.js';
import { View, type Root, type ViewOptions } from './view.js';

/** Members of a blocking remote itself, by what `verbs.ts` provides for the others. */
export const syncReserved: Map<string | symbol, (view: View) => unknown> = new Map();

/** Tells blocking remotes from the others; both answer with their view. */
const blocking: unique symbol = Symbol('blocking remote');

/** The blocking face of a view. Throws TypeError where its connection cannot block. */
export function syncOf(view: View): object {
  if (!recorderOf(view).blocks) throw noBlockingError(view);
  return faceOf(view);
}

/** Whether a value is a blocking remote or a view of one. */
export function isSync(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  try {
    return (value as { [blocking]?: unknown })[blocking] === true;
  } catch {
    return false; // somebody else's proxy, whose trap throws
  }
}

/** The value of a view; a reference comes as a blocking remote again. */
export function valueOf(view: View): unknown {
  if (view.depth === 0) return faceOf(view);
  const value = recorderOf(view).evaluateBlocking(view);
  const reference = viewOfRemote(value);
  if (reference === undefined || !recorderOf(reference).blocks) return value;
  return faceOf(new View(reference.root, undefined, Op.root, '', undefined, lasting(view.options)));
}

/** Options that hold for what a call returns as well, such as a generator: one object for one, so that its faces are the same. */
function lasting(options: ViewOptions | undefined): ViewOptions | undefined {
  const { timeout, pump, ...others } = options ?? {};
  if (options === undefined || (timeout === undefined && pump === undefined)) return undefined;
  if (Object.keys(others).length === 0) return options;
  const known = lastingOf.get(options) ?? { timeout, pump };
  lastingOf.set(options, known);
  return known;
}

const lastingOf = new WeakMap<ViewOptions, ViewOptions>();
const limitedFaces = new WeakMap<ViewOptions, WeakMap<Root, object>>();

/** One face per reference, or per reference and options, so that it keeps its identity. */
function faceOf(view: View): object {
  const { root, options } = view;
  if (view.depth > 0) return new Proxy(target, new SyncTraps(view));
  if (options === undefined) return (root.syncRemote ??= new Proxy(target, new SyncTraps(view)));
  const faces = limitedFaces.get(options) ?? new WeakMap<Root, object>();
  limitedFaces.set(options, faces);
  const face = faces.get(root) ?? new Proxy(target, new SyncTraps(view));
  faces.set(root, face);
  return face;
}

class SyncTraps implements ProxyHandler<typeof target> {
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  get(_target: object, key: string | symbol): unknown {
    const view = this.#view;
    if (typeof key === 'string') {
      if (key === 'then') return undefined; // awaiting it gives itself
      if (key === 'toJSON') return print;
      const own = syncReserved.get(key);
      if (own !== undefined) return own(view);
      const member = isFunction(view) ? functionMember(key, (args) => this.#call(args)) : undefined;
      return member ?? faceOf(view.extend(Op.get, key));
    }
    switch (key) {
      case viewOf:
        return view;
      case blocking:
        return true;
      case Symbol.iterator:
        return () => recorderOf(view).iterateBlocking(view);
      case Symbol.asyncIterator:
        return () => recorderOf(view).iterate(view);
      case Symbol.toPrimitive:
        return print;
      case Symbol.toStringTag:
        return 'Remote';
      case Symbol.dispose:
        return () => recorderOf(view).release(view);
      default:
        return undefined; // symbols do not travel
    }
  }

  set(_target: object, key: string | symbol, value: unknown): boolean {
    valueOf(this.#view.extend(Op.set, named(key, 'assigned'), [value]));
    return true;
  }

  deleteProperty(_target: object, key: string | symbol): boolean {
    return valueOf(this.#view.extend(Op.delete, named(key, 'deleted'))) === true;
  }

  apply(_target: object, _self: unknown, args: unknown[]): unknown {
    return this.#call(args);
  }

  construct(_target: object, args: unknown[]): object {
    return valueOf(this.#view.extend(Op.construct, '', args)) as object;
  }

  has(_target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return key === Symbol.iterator || key === Symbol.asyncIterator;
    return valueOf(this.#view.extend(Op.has, key)) === true;
  }

  ownKeys(): string[] {
    return valueOf(this.#view.extend(Op.keys)) as string[];
  }

  /** Object.keys asks for each key whether it is enumerable; those that can be listed are. */
  getOwnPropertyDescriptor(_target: object, key: string | symbol): PropertyDescriptor | undefined {
    if (typeof key === 'symbol' || !this.ownKeys().includes(key)) return undefined;
    return { configurable: true, enumerable: true, get: () => valueOf(this.#view.extend(Op.get, key)) };
  }

  defineProperty(_target: object, key: string | symbol): never {
    throw new TypeError(`${String(key)} cannot be defined on a remote: assign it`);
  }

  getPrototypeOf(): null {
    return null;
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  #call(args: readonly unknown[]): unknown {
    return valueOf(this.#view.extend(Op.call, '', args));
  }
}
