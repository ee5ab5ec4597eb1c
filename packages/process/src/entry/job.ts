/** Served by the process or thread of a job: finds its function, runs it, and tells what it yields and returns. */
import { setImmediate as turn } from 'node:timers/promises';
import { isRemote } from '@remoteobj/core';
import type { Except } from '@remoteobj/except';

/** What a job tells, in order: whether a generator runs, its yields, and at the end one of the other two. */
export type JobStep =
  | readonly [kind: 'began', generator: boolean]
  | readonly [kind: 'yield', value: unknown]
  | readonly [kind: 'return', value: unknown]
  /** The error follows as that of the iteration. */
  | readonly [kind: 'threw'];

/** How it is run. */
export interface JobOrders {
  readonly args: readonly unknown[];
  /** Whether yields and return value are wanted. */
  readonly results: boolean;
  /** Whether a generator goes on when nobody is there any more to be told. */
  readonly outlives: boolean;
}

type Steps = Iterator<unknown> | AsyncIterator<unknown>;

let call: ((args: readonly unknown[]) => unknown) | undefined;
/** Errors for the next yields. */
const thrown: unknown[] = [];

/** Makes the next imports understand TypeScript. */
export async function importTypeScript(): Promise<void> {
  await import('../ts.js');
}

/** Finds the function: a member of `owner`, or `owner` itself. What nothing catches later is recorded in `uncaught`. */
export function find(owner: unknown, member: string | undefined, uncaught: Except): void {
  const fn: unknown = member === undefined ? owner : (owner as Record<string, unknown> | undefined)?.[member];
  if (typeof fn !== 'function') {
    const found = fn === undefined ? 'nothing of that name' : `a value of type ${typeof fn}`;
    throw new TypeError(`a job runs a function; where it should be is ${found}`);
  }
  call = (args) => Reflect.apply(fn, member === undefined ? undefined : owner, args) as unknown;
  process.on('uncaughtExceptionMonitor', (error) => uncaught.record(null, error));
}

/** Runs it. Each step leaves at once, also while the next one keeps this thread busy. */
export async function* run({ args, results, outlives }: JobOrders): AsyncGenerator<JobStep, void, undefined> {
  let open: Steps | undefined;
  try {
    const begun = call?.(args);
    if (begun instanceof Promise) yield ['began', false];
    const value = await begun;
    open = await iteratorIn(value);
    yield ['began', open !== undefined];
    if (open === undefined) return yield ['return', results ? value : undefined];
    for (let first = true; ; first = false) {
      await turn(); // what was yielded leaves, and what is to be thrown arrives
      // Before its first yield there is nothing in it that could catch.
      const step = first ? await open.next() : await advance(open);
      if (step.done === true) {
        open = undefined;
        return yield ['return', results ? step.value : undefined];
      }
      if (results) yield ['yield', step.value];
    }
  } catch (error) {
    open = undefined;
    process.exitCode = 1;
    yield ['threw'];
    throw error;
  } finally {
    if (open !== undefined) await (outlives ? drain(open) : open.return?.());
  }
}

/** Throws an error into the generator at its next `yield`. */
export function throwInto(error: unknown): void {
  thrown.push(error);
}

/** The iterator that a function gave; arrays and Maps are plain results. */
async function iteratorIn(value: unknown): Promise<Steps | undefined> {
  if (isRemote(value)) return remoteIterator(value as AsyncIterable<unknown>);
  if (typeof value !== 'object' || value === null) return undefined;
  const {
    next,
    [Symbol.iterator]: each,
    [Symbol.asyncIterator]: eachAsync,
  } = value as Record<string | symbol, unknown>;
  return typeof next === 'function' && (each ?? eachAsync) !== undefined ? (value as Steps) : undefined;
}

/** Whether a remote can be iterated is known once that was tried. Its return value stays where it is. */
async function remoteIterator(value: AsyncIterable<unknown>): Promise<Steps | undefined> {
  const items = value[Symbol.asyncIterator]();
  let first: Promise<IteratorResult<unknown>> | undefined = items.next();
  try {
    await first;
  } catch (error) {
    if (error instanceof TypeError && error.message.endsWith('is not iterable')) return undefined;
  }
  return {
    next: () => {
      const step = first ?? items.next();
      first = undefined;
      return step;
    },
    return: () => items.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    throw: async (error) => {
      await items.return?.();
      throw error;
    },
  };
}

async function advance(open: Steps): Promise<IteratorResult<unknown>> {
  if (thrown.length === 0) return open.next();
  const error = thrown.shift();
  if (open.throw !== undefined) return open.throw(error);
  await open.return?.();
  throw error;
}

async function drain(open: Steps): Promise<void> {
  while ((await open.next()).done !== true);
}
