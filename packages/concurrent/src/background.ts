import { describe, type Arrived, type Sent } from '@remoteobj/core';
import { readBackground, type BackgroundOptions } from './background-options.js';
import { Crew } from './crew.js';
import { CrewWork } from './crew-work.js';
import { futureOf } from './future.js';
import type { Future } from './future-types.js';
import { HereWork } from './here-work.js';
import { MethodWork } from './method-work.js';
import { placeAbove } from './place.js';
import { Task } from './task.js';
import type { Timeout } from './timeout.js';
import type { Work } from './work.js';

/** The future of a function that returns `R`. */
export type FutureOf<R, O extends BackgroundOptions> = Future<
  O extends { readonly strategy: 'here' } ? Awaited<R> : Arrived<Awaited<R>>,
  O extends { readonly timeout: number } ? typeof Timeout : never
>;

const crews = { process: new Crew('process'), thread: new Crew('thread') };

/**
 * Makes a function that runs in the background: calling it starts it at once and gives a future of its result.
 *
 * `fn` is a function of a module (`remoteModule<typeof import('./work.js')>(url).resize`), `inline(f)`, or a method of a remote; with `{ strategy:
 * 'here' }` any function. Arguments and results cross like those of a call. Throws TypeError or RangeError for wrong arguments; the error of
 * the function is thrown where its future is read, and is an unhandled rejection if nobody reads it.
 */
export function background<A extends unknown[], R, const O extends BackgroundOptions = object>(
  fn: (...args: A) => R,
  options?: O,
): (...args: { [I in keyof A]: Sent<A[I]> }) => FutureOf<R, O> {
  const { timeout, place } = readBackground(fn, options ?? {});
  const name = nameOf(fn);
  return function run(...args) {
    const task = new Task(name, workOf(name, fn, place, args), placeAbove(run), timeout);
    return futureOf(task) as unknown as FutureOf<R, O>; // its members come from the proxy
  };
}

function workOf(
  name: string,
  fn: unknown,
  place: ReturnType<typeof readBackground>['place'],
  args: readonly unknown[],
): Work {
  switch (place) {
    case 'here':
      return new HereWork(name, fn as () => unknown, args);
    case 'there':
      return new MethodWork(fn as never, args); // a connected remote gives a view when it is called
    case 'process':
    case 'thread':
      return new CrewWork(name, crews[place], fn as object, args);
    default:
      return place satisfies never;
  }
}

function nameOf(fn: unknown): string {
  if (typeof fn !== 'function') return 'the function of background';
  try {
    return describe(fn);
  } catch {
    return fn.name || 'the function of background'; // one of this thread
  }
}
