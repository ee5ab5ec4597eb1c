import type { GroupName } from './error-group.js';
import { loggerOf, type Logger } from './logger.js';

/** A class whose instances are caught. */
export type ErrorType = abstract new (...args: never[]) => unknown;

/** How errors are caught; of an Except for all its scopes, of `run` and `wrap` for one. */
export interface ScopeOptions {
  /** Classes to catch; none: everything that is thrown. Other errors pass and are not recorded. */
  types?: readonly ErrorType[] | undefined;
  /** Whether a recorded error is thrown on. Default true; false: `run` returns undefined instead. */
  raises?: boolean | undefined;
  /** Whether scopes further out leave alone what this one recorded. Default true. */
  catchOnce?: boolean | undefined;
  /** Where each error is written as it is recorded; true: the console. */
  log?: Logger | boolean | undefined;
}

/** Options of `wrap`. */
export interface WrapOptions extends ScopeOptions {
  /** Whether return values and yields are kept for `result` and `results`. Default false. */
  result?: boolean | undefined;
}

/** Scope options with nothing left open. */
export interface Scope {
  readonly types: readonly ErrorType[];
  readonly raises: boolean;
  readonly catchOnce: boolean;
  readonly log: Logger | undefined;
}

/** What a constructor of Except was given: classes, or one object of options. Throws TypeError for anything else. */
export function readConstructor(args: readonly unknown[]): Scope {
  const [first] = args;
  const options =
    args.length === 1 && typeof first === 'object' && first !== null ? first : { types: args as ErrorType[] };
  return readScope(options, { types: [], raises: true, catchOnce: true, log: undefined }, 'new Except(…)');
}

/** Options on top of those of the Except. Throws TypeError for what is none, `more` names aside. */
export function readScope(
  options: ScopeOptions | undefined,
  base: Scope,
  who: string,
  more: readonly string[] = [],
): Scope {
  if (options === undefined) return base;
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${who}: options must be an object such as { raises: false }`);
  const known = [...scopeNames, ...more];
  for (const key of Object.keys(options))
    if (!known.includes(key)) throw new TypeError(`${who}: there is no option '${key}'; there are ${known.join(', ')}`);
  const { types = base.types, raises = base.raises, catchOnce = base.catchOnce, log } = options;
  if (!Array.isArray(types) || !types.every(isClass)) {
    throw new TypeError(
      `${who}: types must be classes of errors, such as TypeError; give other settings as one object { types, raises, catchOnce, log }`,
    );
  }
  return { types, raises, catchOnce, log: log === undefined ? base.log : loggerOf(log, who) };
}

/** Tells `(fn, options?)` and `(name, fn, options?)` apart. Throws TypeError when there is no function. */
export function readCall<F, O>(
  args: readonly unknown[],
  who: string,
): { group: GroupName; fn: F; options: O | undefined } {
  const [group, fn, options] = typeof args[0] === 'function' ? [null, ...args] : args;
  if (typeof fn !== 'function')
    throw new TypeError(`${who}: a function is missing; use ${who}(fn) or ${who}('group', fn)`);
  return { group: readGroup(group ?? null, who), fn: fn as F, options: options as O | undefined };
}

/** Checks the name of a group. */
export function readGroup(name: unknown, who: string): GroupName {
  if (name === null || typeof name === 'string') return name;
  throw new TypeError(`${who}: the name of a group is a string, or null for the default group, not ${typeof name}`);
}

const scopeNames = ['types', 'raises', 'catchOnce', 'log'] satisfies (keyof ScopeOptions)[];

function isClass(value: unknown): value is ErrorType {
  return typeof value === 'function' && typeof value.prototype === 'object';
}
