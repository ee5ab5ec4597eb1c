import { Op } from './operation.js';
import { recorderOf, remoteOf, reserved, viewOfRemote } from './proxy.js';
import type { AnyView, RemoteView, Sent, SentArgs, ViewOf } from './remote.js';
import { View, type ViewOptions } from './view.js';

/** Options of one evaluation. */
export interface GetOptions {
  /** Given when nobody listens, at once; a function is called for it. */
  readonly default?: unknown;
  /** True: while nobody listens, the view is evaluated on the `local` object that `connect` was given. */
  readonly defaultLocal?: boolean;
  /** Milliseconds, default that of `connect`; past it the call is cancelled and rejects with `TimeoutError`. */
  readonly timeout?: number;
  /** Cancels the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Options of `withOptions`. */
export interface CallOptions extends GetOptions {
  /** `value`: the result is copied; `reference`: it stays over there and a remote comes back. */
  readonly as?: 'value' | 'reference';
}

/** The value of a view. Rejects with what its evaluation throws, or with an error of the connection. */
export function get<X>(view: X, options?: GetOptions): Promise<Awaited<X>> {
  const target = expectView(view, 'get');
  if (target.depth === 0) return Promise.resolve(view); // a remote is its own value
  return recorderOf(target).evaluate(options === undefined ? target : target.withOptions(given(options))) as Promise<
    Awaited<X>
  >;
}

/** Assigns the last attribute or key of a view; resolves when it is done. */
export async function set<X>(view: X, value: Sent<Awaited<X>>): Promise<void> {
  const target = expectMember(view, 'set');
  await recorderOf(target).evaluate((target.parent as View).extend(Op.set, target.key, [value]));
}

/** Deletes the last attribute or key of a view; resolves to what `delete` yields. */
export function del(view: unknown): Promise<boolean> {
  const target = expectMember(view, 'del');
  return recorderOf(target).evaluate((target.parent as View).extend(Op.delete, target.key)) as Promise<boolean>;
}

/** Whether a remote object has a member: `key in object`. */
export function has(view: unknown, key: string): Promise<boolean> {
  if (typeof key !== 'string')
    throw new TypeError(`has(view, key): key must be a string, not ${typeof key}; for a Map use remote.has(key)`);
  const target = expectView(view, 'has');
  return recorderOf(target).evaluate(target.extend(Op.has, key)) as Promise<boolean>;
}

/** Own enumerable string keys of a remote object. */
export function keys(view: unknown): Promise<string[]> {
  const target = expectView(view, 'keys');
  return recorderOf(target).evaluate(target.extend(Op.keys)) as Promise<string[]>;
}

/** `length`, `size` or `byteLength` of a remote object. */
export function len(view: unknown): Promise<number> {
  const target = expectView(view, 'len');
  return recorderOf(target).evaluate(target.extend(Op.length)) as Promise<number>;
}

/**
 * Runs `fn(object, ...args)` where the object lives.
 *
 * `fn` is a function over there: one named by `remoteModule`, sent by `inline`, a remote of one, or a pure built-in such as
 * `String` or `Object.keys`. Any other rejects with `UnserializableError`.
 */
export function passTo<A extends unknown[], R>(
  view: unknown,
  fn: (object: never, ...args: A) => R,
  ...args: SentArgs<A>
): RemoteView<Awaited<R>>;
export function passTo(view: unknown, fn: unknown, ...args: readonly unknown[]): unknown {
  return passedTo(expectView(view, 'passTo'), fn, args);
}

/** The same object with members looked up above its class, `this` unchanged. */
export function superOf<R>(view: R): R {
  return remoteOf(expectView(view, 'superOf').extend(Op.super)) as unknown as R; // same shape, other lookup
}

/** Attributes by dotted names: `attrs(view, 'a.b', 'c')` is `view.a.b.c`, whatever the names are. */
export function attrs(view: unknown, ...names: readonly string[]): AnyView {
  return attributes(expectView(view, 'attrs'), names) as unknown as AnyView; // names are not known to the types
}

/** Records a call without sending it: `lazy(view)(...args)` is sent when it is awaited, once. */
export function lazy<F>(view: F): F {
  const target = expectView(view, 'lazy');
  return ((...args: unknown[]) => remoteOf(target.extend(Op.call, '', args))) as unknown as F; // same signature, other time
}

/** The same view with options for its next evaluation; a call on it inherits them. */
export function withOptions<R>(view: R, options: CallOptions): R {
  return remoteOf(expectView(view, 'withOptions').withOptions(given(options))) as unknown as R; // same shape, with options
}

/** Drops a reference now instead of when it is collected; using it afterwards is a `StaleReferenceError`. */
export function release(remote: unknown): void {
  const view = expectView(remote, 'release');
  const result = view.request?.state === 'fulfilled' ? viewOfRemote(view.request.outcome) : undefined;
  if (view.depth > 0 && result === undefined)
    throw new TypeError(`release takes a remote, not the view ${view}: release(await view)`);
  const target = result ?? view;
  recorderOf(target).release(target);
}

/** Whether a value is a remote or a view of one. */
export function isRemote(value: unknown): boolean {
  return viewOfRemote(value) !== undefined;
}

/** The chain as text, such as `(?.items[3](5))`. Sends nothing. */
export function describe(view: unknown): string {
  return expectView(view, 'describe').toString();
}

/** A named module, unbound: names its functions without shipping them, for passTo, job, pool and pipeline. */
export function remoteModule<M>(url: string | URL): ViewOf<M> {
  const href = typeof url === 'string' ? url : url?.href;
  if (typeof href !== 'string' || href === '')
    throw new TypeError('remoteModule(url) takes a URL, such as new URL("./work.js", import.meta.url)');
  const root = { recorder: undefined, kind: 'module' as const, id: 0, url: href };
  return remoteOf(new View(root)) as unknown as ViewOf<M>; // typed by what the user says the module is
}

function passedTo(target: View, fn: unknown, args: readonly unknown[]): unknown {
  const call = target.extend(Op.pass, '', [fn, ...args]);
  if (call.root.recorder?.eager) call.root.recorder.issue(call);
  return remoteOf(call);
}

function attributes(view: View, names: readonly string[]): unknown {
  let target = view;
  for (const name of names) {
    if (typeof name !== 'string' || name === '')
      throw new TypeError('attrs(view, …names): each name must be a non-empty string');
    for (const part of name.split('.')) target = target.extend(Op.get, part);
  }
  return remoteOf(target);
}

reserved.set('get_', (view) => (options?: GetOptions) => get(remoteOf(view) as never, options));
reserved.set('__', (view) => (view.depth === 0 ? remoteOf(view) : recorderOf(view).evaluate(view)));
reserved.set(
  'passTo_',
  (view) =>
    (fn: unknown, ...args: unknown[]) =>
      passedTo(view, fn, args),
);
reserved.set('super_', (view) => remoteOf(view.extend(Op.super)));
reserved.set(
  'attrs_',
  (view) =>
    (...names: string[]) =>
      attributes(view, names),
);

function expectView(value: unknown, verb: string): View {
  const view = viewOfRemote(value);
  if (view !== undefined) return view;
  throw new TypeError(
    `${verb}: a remote or a view of one was expected, not ${value === null ? 'null' : typeof value}; did the value arrive already?`,
  );
}

function expectMember(value: unknown, verb: string): View {
  const view = expectView(value, verb);
  if (view.op === Op.get) return view;
  throw new TypeError(`${verb}: ${view} does not end in an attribute or a key: ${verb}(remote.name)`);
}

/** Only what was given: an option that is undefined does not count as given. */
function given(options: CallOptions): ViewOptions {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options))
    if (value !== undefined || name === 'default') kept[name] = value;
  const { timeout, signal } = options;
  if (timeout !== undefined && !(timeout >= 0))
    throw new RangeError(`timeout must be a number of milliseconds from 0, not ${timeout}`);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError('signal must be an AbortSignal');
  return kept;
}
