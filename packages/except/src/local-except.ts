import { ErrorGroups, now, type CaughtError, type GroupName } from './error-group.js';
import { errorReport } from './remote-error.js';
import { countOf, errorTable } from './error-table.js';
import {
  readCall,
  readConstructor,
  readGroup,
  readScope,
  type ErrorType,
  type Scope,
  type ScopeOptions,
  type WrapOptions,
} from './except-options.js';
import { loggerOf, writeLog, type Logger } from './logger.js';
import type { Outcome, Swallowed } from './outcome.js';
import { notify, type ErrorListener, type RecordDetails } from './recording.js';
import { isAsync, isIterator, readYields, relay, relayAsync, Yields, type YieldsHost } from './result.js';
import { ScopeRunner } from './scope-runner.js';
import { isThenable } from './thenable.js';

/** Catches errors and keeps them in groups, within one process. */
export class LocalExcept implements Iterable<unknown> {
  readonly #scope: Scope;
  readonly #groups = new ErrorGroups();
  readonly #runner = new ScopeRunner((group, error, { log = false, raises, catchOnce }) =>
    this.record(group, error, { log, rethrown: raises && catchOnce }),
  );
  readonly #listeners = new Set<ErrorListener>();
  #runs: Yields[] = [];
  #result: unknown;

  /** Takes the classes to catch (none: everything that is thrown), or one object of options. */
  constructor(...types: readonly ErrorType[] | [options: ScopeOptions]) {
    this.#scope = readConstructor(types);
  }

  /** What it was made with. */
  get options(): Scope {
    return this.#scope;
  }

  /**
   * Runs a function, synchronous or not, and records what it throws in a group.
   *
   * An error that nested scopes let pass is recorded once, by the innermost that matches. Throws what was recorded, unless `raises: false`.
   */
  run<R>(fn: () => R, options: ScopeOptions & { raises: false }): Swallowed<R>;
  run<R>(fn: () => R, options?: ScopeOptions): Outcome<R>;
  run<R>(name: GroupName | undefined, fn: () => R, options: ScopeOptions & { raises: false }): Swallowed<R>;
  run<R>(name: GroupName | undefined, fn: () => R, options?: ScopeOptions): Outcome<R>;
  run(...args: unknown[]): unknown {
    const { group, fn, options } = readCall<() => unknown, ScopeOptions>(args, 'run');
    return this.#runner.run(group, fn, readScope(options, this.#scope, 'run'));
  }

  /**
   * Makes a function whose errors are recorded like those of `run`, for generators those of each step.
   *
   * With `result: true` its return value is kept for `result` and its yields for `results`.
   */
  wrap<T, A extends unknown[], R>(
    fn: (this: T, ...args: A) => R,
    options: WrapOptions & { raises: false },
  ): (this: T, ...args: A) => Swallowed<R>;
  wrap<T, A extends unknown[], R>(
    fn: (this: T, ...args: A) => R,
    options?: WrapOptions,
  ): (this: T, ...args: A) => Outcome<R>;
  wrap<T, A extends unknown[], R>(
    name: GroupName | undefined,
    fn: (this: T, ...args: A) => R,
    options: WrapOptions & { raises: false },
  ): (this: T, ...args: A) => Swallowed<R>;
  wrap<T, A extends unknown[], R>(
    name: GroupName | undefined,
    fn: (this: T, ...args: A) => R,
    options?: WrapOptions,
  ): (this: T, ...args: A) => Outcome<R>;
  wrap(...given: unknown[]): unknown {
    const { group, fn, options } = readCall<(...args: unknown[]) => unknown, WrapOptions>(given, 'wrap');
    const scope = readScope(options, this.#scope, 'wrap', ['result']);
    const host: YieldsHost = {
      guard: (step) => this.#runner.run(group, step, scope) as ReturnType<typeof step>,
      keep: options?.result === true,
      returned: (value) => this.#keepResult(value, options?.result === true),
    };
    const runner = this.#runner;
    const capture = (value: unknown): unknown => this.#capture(value, host);
    function wrapped(this: unknown, ...args: unknown[]): unknown {
      return runner.run(group, () => capture(fn.apply(this, args)), scope);
    }
    Object.defineProperty(wrapped, 'name', { value: fn.name, configurable: true });
    Object.defineProperty(wrapped, 'length', { value: fn.length, configurable: true });
    return wrapped;
  }

  /** Records an error that was caught by other means; every recording goes through here. */
  record(group: GroupName, error: unknown, details: RecordDetails = {}): void {
    const caught: CaughtError = {
      group: readGroup(group, 'record'),
      error,
      at: details.at ?? now(),
      origin: details.origin,
    };
    const logger = details.log === undefined ? this.#scope.log : loggerOf(details.log, 'record');
    this.#groups.add(caught);
    if (details.rethrown === true && details.origin === undefined) this.#runner.throwAgain(error);
    else if (details.rethrown === true) this.#runner.arrive(error);
    if (logger !== undefined) notify(() => writeLog(logger, caught));
    const listeners = [...this.#listeners]; // one of them may add or remove others
    for (const listener of listeners) notify(() => listener(error, caught.group, caught));
  }

  /** The earliest recorded error, or the `latest`, of a group, or of any group when the name is left out; undefined when there is none. */
  get(name?: GroupName, options?: { latest?: boolean }): unknown;
  get(options: { latest?: boolean }): unknown;
  get(...args: unknown[]): unknown {
    const [name, options] = typeof args[0] === 'object' && args[0] !== null ? [undefined, args[0]] : args;
    return this.#groups.find(anyGroup(name, 'get'), (options as { latest?: boolean } | undefined)?.latest === true)
      ?.error;
  }

  /** The errors of a group, earliest first; an empty list for an unknown name. */
  group(name: GroupName = null): unknown[] {
    return this.#groups.of(readGroup(name, 'group')).map((caught) => caught.error);
  }

  /** Every error, group by group. */
  all(): unknown[] {
    return this.#groups.names.flatMap((name) => this.group(name));
  }

  /** Every error, earliest first, whatever its group. */
  byTime(): unknown[] {
    return this.#groups.byTime.map((caught) => caught.error);
  }

  /** Every recording with its group, time and origin, earliest first. */
  records(): CaughtError[] {
    return [...this.#groups.byTime];
  }

  /** Names of the groups that have errors; null is the default group. */
  get names(): GroupName[] {
    return this.#groups.names;
  }

  /** The earliest error, or undefined. */
  get first(): unknown {
    return this.#groups.find(undefined, false)?.error;
  }

  /** The latest error, or undefined. */
  get last(): unknown {
    return this.#groups.find(undefined, true)?.error;
  }

  /** Number of recorded errors. */
  get size(): number {
    return this.#groups.byTime.length;
  }

  /** Iterates every error, earliest first. */
  [Symbol.iterator](): ArrayIterator<unknown> {
    return this.byTime().values();
  }

  /** Throws the earliest recorded error of a group, or of any group when the name is left out; otherwise does nothing. */
  raiseAny(name?: GroupName): void {
    const found = this.#groups.find(anyGroup(name, 'raiseAny'), false);
    if (found === undefined) return;
    this.#runner.throwAgain(found.error);
    throw found.error;
  }

  /** Return value that the last finished function wrapped with `result: true` had. */
  get result(): unknown {
    return this.#result;
  }

  /** Yields of the generators wrapped with `result: true`, from the first on, as they come; ends when they have ended. Never throws. */
  get results(): AsyncIterable<unknown> {
    const runs = this.#runs;
    return { [Symbol.asyncIterator]: () => readYields(runs) };
  }

  /** Forgets errors, result and results. */
  clear(): void {
    this.#groups.clear();
    this.#runner.forgetAll();
    this.#runs = [];
    this.#result = undefined;
  }

  /** Calls a function for each error as it is recorded; returns a function that ends this. */
  on(event: 'error', listener: ErrorListener): () => void {
    if (event !== 'error') throw new TypeError(`on: there is no event '${String(event)}', only 'error'`);
    if (typeof listener !== 'function')
      throw new TypeError("on('error', f): f must be a function (error, group) => void");
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Writes every recorded error, earliest first, to a function or to something like `console`, which is the default. */
  log(logger: Logger | boolean = true): void {
    const target = loggerOf(logger, 'log');
    if (target !== undefined) for (const caught of this.#groups.byTime) writeLog(target, caught);
  }

  /** One error that holds all recorded ones, earliest first. */
  toAggregateError(message?: string): AggregateError {
    return new AggregateError(this.byTime(), message ?? countOf(this.#groups.byTime));
  }

  /** A table of the recorded errors for people. */
  toString(): string {
    return errorTable(this.#groups.byTime);
  }

  /** Plain data about the recorded errors, causes included, for `JSON.stringify`. */
  toJSON(): { group: GroupName; time: string; error: unknown }[] {
    return this.#groups.byTime.map(({ group, at, error }) => ({
      group,
      time: new Date(at).toISOString(),
      error: errorReport(error),
    }));
  }

  #capture(value: unknown, host: YieldsHost): unknown {
    if (isIterator(value)) {
      const yields = new Yields(value, host);
      if (host.keep) this.#runs.push(yields);
      return isAsync(value) ? relayAsync(yields) : relay(yields);
    }
    if (host.keep && isThenable(value))
      return Promise.resolve(value).then((settled) => this.#keepResult(settled, true));
    return this.#keepResult(value, host.keep);
  }

  #keepResult(value: unknown, keep: boolean): unknown {
    if (keep) this.#result = value;
    return value;
  }
}

function anyGroup(name: unknown, who: string): GroupName | undefined {
  return name === undefined ? undefined : readGroup(name, who);
}
