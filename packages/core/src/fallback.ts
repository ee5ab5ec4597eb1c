import { evaluateLocally } from './local-evaluation.js';
import { viewOfRemote } from './proxy.js';
import type { View, ViewOptions } from './view.js';

/** Options of `connect` that concern calls. */
export interface CallerOptions {
  /** Given to operations while nobody listens; a function is called for it. */
  readonly default?: unknown;
  /** Whether operations wait for the other end to listen for the first time; default true. */
  readonly queue?: boolean;
  /** The object that `defaultLocal` evaluates on while nobody listens. */
  readonly local?: object;
  /** Milliseconds after which any operation fails with `TimeoutError`; default none. */
  readonly timeout?: number;
}

/** What an operation yields while nobody listens, or a promise of it; undefined: it has no default. */
export function fallbackOf(view: View, options: CallerOptions): (() => unknown) | undefined {
  const own: ViewOptions = view.options ?? {};
  if (own.defaultLocal === true) {
    const local = options.local;
    if (local === undefined)
      throw new TypeError(
        `${view}: defaultLocal needs an object to evaluate on: connect(transport, { local: object })`,
      );
    return () => evaluateLocally(local, view.steps());
  }
  const holder = 'default' in own ? own : 'default' in options ? options : undefined;
  if (holder === undefined) return undefined;
  return () =>
    typeof holder.default === 'function' && viewOfRemote(holder.default) === undefined
      ? (holder.default as () => unknown)()
      : holder.default;
}
