import { anything, checkOptions, flag, milliseconds, oneOf, signal, type Rules } from './check-options.js';
import { Op } from './operation.js';
import { recorderOf, remoteOf, reserved, viewOfRemote } from './proxy.js';
import type { AnyView, Blocking, Got, RemoteView, Sent, SentArgs, SyncArrived, SyncOf, ViewOf } from './remote.js';
import { isSync, syncOf, syncReserved, valueOf } from './sync-proxy.js';
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

/** What a blocking remote gives at once, and any other as a promise. */
type Answer<X, V> = 0 extends 1 & X ? Promise<V> : [Extract<X, Blocking>] extends [never] ? Promise<V> : V;

/** The value of a view; of a blocking one at once. Rejects or throws what its evaluation throws, or an error of the connection. */
export function get<X>(view: X, options?: GetOptions): Got<X>;
export function get(view: unknown, options?: GetOptions): unknown {
  const target = expectView(view, 'get');
  const wanted = options === undefined ? target : target.withOptions(given(options, 'get'));
  if (isSync(view)) return valueOf(wanted);
  if (target.depth === 0) return Promise.resolve(view); // a remote is its own value
  return recorderOf(target).evaluate(wanted);
}

/** Assigns the last attribute or key of a view; resolves when it is done, a blocking one has done it. */
export function set<X>(view: X, value: Sent<Awaited<X>>): Answer<X, void>;
export function set(view: unknown, value: unknown): unknown {
  const target = expectMember(view, 'set');
  const answer = evaluated(view, onMember(target, Op.set, [value]));
  return isSync(view) ? undefined : answer;
}

/** Deletes the last attribute or key of a view; gives what `delete` yields. */
export function del<X>(view: X): Answer<X, boolean>;
export function del(view: unknown): unknown {
  const target = expectMember(view, 'del');
  return evaluated(view, onMember(target, Op.delete));
}

/** Whether a remote object has a member: `key in object`; of an array also by its index. */
export function has<X>(view: X, key: string | number): Answer<X, boolean>;
export function has(view: unknown, key: string | number): unknown {
  const isIndex = Number.isSafeInteger(key) && Number(key) >= 0;
  if (typeof key !== 'string' && !isIndex)
    throw new TypeError(
      `has(view, key): key must be a string or an integer from 0, not ${typeof key === 'number' ? key : typeof key}; for a Map use remote.has(key)`,
    );
  return evaluated(view, expectView(view, 'has').extend(Op.has, String(key)));
}

/** Own enumerable string keys of a remote object. */
export function keys<X>(view: X): Answer<X, string[]>;
export function keys(view: unknown): unknown {
  return evaluated(view, expectView(view, 'keys').extend(Op.keys));
}

/** `length`, `size` or `byteLength` of a remote object. */
export function len<X>(view: X): Answer<X, number>;
export function len(view: unknown): unknown {
  return evaluated(view, expectView(view, 'len').extend(Op.length));
}

/** Options of `sync`. */
export interface SyncOptions extends GetOptions {
  /**
   * Which requests of other processes are served while one blocks here: `chain` (default) those of the same chain of calls, that
   * is, callbacks; `all` every one.
   */
  readonly pump?: 'chain' | 'all';
}

/**
 * The blocking face of a remote: calls, `get_()`, `.__`, assignment, `delete`, `in`, `len` and `for … of` wait and return or throw.
 *
 * Throws TypeError where the connection cannot block (`connectionOf(remote).syncSupported` says whether it can).
 */
export function sync<X>(remote: X, options?: SyncOptions): SyncOf<X>;
export function sync(remote: unknown, options?: SyncOptions): unknown {
  const view = expectView(remote, 'sync');
  if (options === undefined) return isSync(remote) ? remote : syncOf(view);
  return syncOf(view.withOptions(given(options, 'sync', syncRules)));
}

/**
 * Runs `fn(object, ...args)` where the object lives.
 *
 * `fn` is a function over there: one named by `remoteModule`, sent by `inline`, a remote of one, or a pure built-in such as
 * `String` or `Object.keys`. Any other rejects with `UnserializableError`.
 */
export function passTo<X, A extends unknown[], R>(
  view: X,
  fn: (object: never, ...args: A) => R,
  ...args: SentArgs<A>
): [Extract<X, Blocking>] extends [never] ? RemoteView<Awaited<R>> : SyncArrived<R>;
export function passTo(view: unknown, fn: unknown, ...args: readonly unknown[]): unknown {
  return passedTo(view, expectView(view, 'passTo'), fn, args);
}

/** The same object with members looked up above its class, `this` unchanged. */
export function superOf<R>(view: R): R {
  return alike(view, expectView(view, 'superOf').extend(Op.super)) as R; // same shape, other lookup
}

/** Attributes by dotted names: `attrs(view, 'a.b', 'c')` is `view.a.b.c`, whatever the names are. */
export function attrs(view: unknown, ...names: readonly string[]): AnyView {
  return alike(view, attributes(expectView(view, 'attrs'), names)) as AnyView; // names are not known to the types
}

/** Records a call without sending it: `lazy(view)(...args)` is sent when it is awaited, once. */
export function lazy<F>(view: F): F {
  const target = expectView(view, 'lazy');
  return ((...args: unknown[]) => alike(view, target.extend(Op.call, '', args))) as unknown as F; // same signature, other time
}

/** The same view with options for its next evaluation; a call on it inherits them. */
export function withOptions<R>(view: R, options: CallOptions): R {
  return alike(view, expectView(view, 'withOptions').withOptions(given(options, 'withOptions'))) as R; // same shape, with options
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

function evaluated(source: unknown, view: View): unknown {
  return isSync(source) ? valueOf(view) : recorderOf(view).evaluate(view);
}

/** A view as the remote that it comes from: blocking or not. */
function alike(source: unknown, view: View): object {
  return isSync(source) ? syncOf(view) : remoteOf(view);
}

function passedTo(source: unknown, target: View, fn: unknown, args: readonly unknown[]): unknown {
  const call = target.extend(Op.pass, '', [fn, ...args]);
  if (isSync(source)) return valueOf(call);
  if (call.root.recorder?.eager) call.root.recorder.issue(call);
  return remoteOf(call);
}

function attributes(view: View, names: readonly string[]): View {
  let target = view;
  for (const name of names) {
    if (typeof name !== 'string' || name === '')
      throw new TypeError('attrs(view, …names): each name must be a non-empty string');
    for (const part of name.split('.')) target = target.extend(Op.get, part);
  }
  return target;
}

reserved.set('get_', (view) => (options?: GetOptions) => get(remoteOf(view) as never, options));
reserved.set('__', (view) => (view.depth === 0 ? remoteOf(view) : recorderOf(view).evaluate(view)));
reserved.set(
  'passTo_',
  (view) =>
    (fn: unknown, ...args: unknown[]) =>
      passedTo(undefined, view, fn, args),
);
reserved.set('super_', (view) => remoteOf(view.extend(Op.super)));
reserved.set(
  'attrs_',
  (view) =>
    (...names: string[]) =>
      remoteOf(attributes(view, names)),
);

syncReserved.set(
  'get_',
  (view) =>
    (options: GetOptions = {}) =>
      valueOf(view.withOptions(given(options, 'get_'))),
);
syncReserved.set('__', valueOf);
syncReserved.set(
  'passTo_',
  (view) =>
    (fn: unknown, ...args: unknown[]) =>
      valueOf(view.extend(Op.pass, '', [fn, ...args])),
);
syncReserved.set('super_', (view) => syncOf(view.extend(Op.super)));
syncReserved.set(
  'attrs_',
  (view) =>
    (...names: string[]) =>
      syncOf(attributes(view, names)),
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

/** What is done to the member that a view names, with the options of the view. */
function onMember(view: View, op: Op, args?: readonly unknown[]): View {
  return new View(view.root, view.parent, op, view.key, args, view.options);
}

const callRules: Rules = new Map([
  ['default', anything],
  ['defaultLocal', flag],
  ['timeout', milliseconds],
  ['signal', signal],
  ['as', oneOf('value', 'reference')],
]);
const syncRules: Rules = new Map([...callRules, ['pump', oneOf('chain', 'all')]]);

/** Only what was given: an option that is undefined does not count as given. Throws for one that cannot be. */
function given(options: CallOptions, who: string, rules = callRules): ViewOptions {
  checkOptions(options, rules, who);
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options))
    if (value !== undefined || name === 'default') kept[name] = value;
  return kept;
}
