import { functionMember, isFunction } from './function-members.js';
import { Op } from './operation.js';
import { View, type Root } from './view.js';

/** A recording proxy, as the traps see it. What the user sees is `Remote<T>`. */
export type RemoteProxy = ((...args: unknown[]) => unknown) & { readonly [viewOf]: View };

/** Answers with the view of a proxy; nothing else knows this symbol. */
export const viewOf: unique symbol = Symbol('view of a remote');

/** The proxy that records on top of `view`. */
export function remoteOf(view: View): RemoteProxy {
  // The one cast of this file: the traps below make the target behave like what the type says.
  return new Proxy(target, new Traps(view)) as unknown as RemoteProxy;
}

/** A proxy for the start of a chain. */
export function remoteOfRoot(root: Root): RemoteProxy {
  root.remote ??= remoteOf(new View(root));
  return root.remote as RemoteProxy;
}

/** The view behind a remote, or undefined for everything else. */
export function viewOfRemote(value: unknown): View | undefined {
  if (typeof value !== 'function') return undefined;
  try {
    const view = (value as Partial<RemoteProxy>)[viewOf];
    return view instanceof View ? view : undefined;
  } catch {
    return undefined; // somebody else's proxy, whose trap throws
  }
}

/** Members of the remote itself, which verbs.ts provides; these names, and nothing else, are reserved. */
export const reserved: Map<string | symbol, (view: View) => unknown> = new Map();

/**
 * One target serves all proxies: it must be callable and constructable and must have no own property that a proxy would be
 * obliged to report, which a bound function has not.
 */
export const target = function target(): void {}.bind(null) as unknown as Record<string | symbol, unknown>;
delete target['name'];
delete target['length'];
// Node prints a proxy by inspecting its target with the proxy as `this`.
target[Symbol.for('nodejs.util.inspect.custom')] = function inspect(this: unknown): string {
  return `Remote ${viewOfRemote(this)?.toString() ?? ''}`;
};

class Traps implements ProxyHandler<typeof target> {
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  get(_target: object, key: string | symbol): unknown {
    const view = this.#view;
    if (typeof key === 'string') {
      const local = special.get(key);
      if (local !== undefined) return local(view);
      const member = isFunction(view) ? functionMember(key, (args) => this.#call(args)) : undefined;
      return member ?? remoteOf(view.extend(Op.get, key));
    }
    if (key === viewOf) return view;
    return symbols.get(key)?.(view);
  }

  set(_target: object, key: string | symbol, value: unknown): boolean {
    record(this.#view.extend(Op.set, named(key, 'assigned'), [value]));
    return true;
  }

  deleteProperty(_target: object, key: string | symbol): boolean {
    record(this.#view.extend(Op.delete, named(key, 'deleted')));
    return true;
  }

  apply(_target: object, _self: unknown, args: unknown[]): unknown {
    return this.#call(args);
  }

  construct(_target: object, args: unknown[]): object {
    return remoteOf(called(this.#view.extend(Op.construct, '', args)));
  }

  has(_target: object, key: string | symbol): boolean {
    if (typeof key === 'symbol') return symbols.has(key);
    throw new TypeError(`'${key}' in remote cannot be answered without blocking: use await has(remote, '${key}')`);
  }

  ownKeys(): never {
    throw new TypeError('the keys of a remote cannot be listed without blocking: use await keys(remote)');
  }

  getOwnPropertyDescriptor(): undefined {
    return undefined;
  }

  defineProperty(_target: object, key: string | symbol): never {
    throw new TypeError(
      `${String(key)} cannot be defined on a remote: assign it, or use await set(remote.${String(key)}, value)`,
    );
  }

  getPrototypeOf(): null {
    return null; // instanceof anything: false, without asking
  }

  setPrototypeOf(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }

  #call(args: readonly unknown[]): unknown {
    return remoteOf(called(this.#view.extend(Op.call, '', args)));
  }
}

function called(view: View): View {
  if (view.root.recorder?.eager) view.root.recorder.issue(view);
  return view;
}

/** Assignments and deletions are sent at once, also where calls are not: there is nothing that could be awaited. */
function record(view: View): void {
  if (view.root.recorder === undefined) {
    throw new TypeError(`${view} belongs to no connection, so nothing can be assigned or deleted there`);
  }
  view.root.recorder.issue(view);
}

export function named(key: string | symbol, what: string): string {
  if (typeof key === 'string') return key;
  throw new TypeError(`${String(key)} cannot be ${what} on a remote: symbols do not travel`);
}

/** The value a special key has on this remote. */
type Special = (view: View) => unknown;

/** Strings that are not recorded, each with its reason. */
const special: ReadonlyMap<string, Special> = new Map<string, Special>([
  // `await root` must give the root; a chain of one step or more is a promise's equal.
  ['then', promised(then)],
  ['catch', promised(catchRejection)],
  ['finally', promised(settled)],
  // JSON.stringify would call what it finds there, and so send a call.
  ['toJSON', () => print],
  ['get_', (view) => reserved.get('get_')?.(view)],
  ['__', (view) => reserved.get('__')?.(view)],
  ['passTo_', (view) => reserved.get('passTo_')?.(view)],
  ['super_', (view) => reserved.get('super_')?.(view)],
  ['attrs_', (view) => reserved.get('attrs_')?.(view)],
]);

/** Symbols the language asks for; all others are undefined, because symbols do not travel. */
const symbols: ReadonlyMap<symbol, (view: View) => unknown> = new Map<symbol, (view: View) => unknown>([
  [Symbol.asyncIterator, (view) => () => recorderOf(view).iterate(view)],
  [Symbol.iterator, () => noIterator],
  [Symbol.toPrimitive, () => print],
  [Symbol.toStringTag, () => 'Remote'],
  [Symbol.dispose, (view) => () => recorderOf(view).release(view)],
  [Symbol.asyncDispose, (view) => async () => recorderOf(view).release(view)],
]);

function promised(method: (this: unknown, ...args: never[]) => unknown): Special {
  return (view) => (view.depth === 0 || view.root.recorder === undefined ? undefined : method);
}

type Callback = ((value: unknown) => unknown) | null | undefined;

function then(this: unknown, onFulfilled?: Callback, onRejected?: Callback): Promise<unknown> {
  return promiseOf(this, 'then').then(onFulfilled, onRejected);
}

function catchRejection(this: unknown, onRejected?: Callback): Promise<unknown> {
  return promiseOf(this, 'catch').catch(onRejected);
}

function settled(this: unknown, onFinally?: (() => void) | null): Promise<unknown> {
  return promiseOf(this, 'finally').finally(onFinally);
}

function promiseOf(self: unknown, method: string): Promise<unknown> {
  const view = viewOfRemote(self);
  if (view === undefined)
    throw new TypeError(`${method} of a remote was called on something else; call it as remote.x.${method}(…)`);
  return recorderOf(view).evaluate(view);
}

/** Who acts on a view; an unbound view cannot be acted on. */
export function recorderOf(view: View): NonNullable<Root['recorder']> {
  if (view.root.recorder !== undefined) return view.root.recorder;
  throw new TypeError(
    `${view} names something without being connected to it: pass it to passTo, job or pool, or call it through a remote`,
  );
}

export function print(this: unknown): string {
  return viewOfRemote(this)?.toString() ?? 'Remote';
}

function noIterator(): never {
  throw new TypeError('a remote cannot be iterated without blocking: use for await (const item of remote)');
}
