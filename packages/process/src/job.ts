import type { AnyView, Arrived, Sent } from '@remoteobj/core';
import type { Except } from '@remoteobj/except';
import type { Exit } from './exit.js';
import { JobHandle } from './job-handle.js';
import { readJob, type JobOptions } from './job-options.js';

/** One function that runs in a process or thread of its own. Not thenable: `await job.result`, or `await job.join()`. */
export interface Job<R, Y = AnyView> extends AsyncIterable<Y>, AsyncDisposable {
  /** `countTo-process-1`, unless told otherwise. */
  readonly name: string;
  /** Process id of a process while it runs and afterwards; undefined before, and for a thread. */
  readonly pid: number | undefined;
  /** Whether it was started and has not ended. */
  readonly alive: boolean;
  /** Resolves when it has ended and nothing of it is left; never rejects. */
  readonly exited: Promise<Exit>;
  /** What the function returns. Rejects with what it throws, or with `RemoteDiedError` when its process or thread ended before. */
  readonly result: Promise<R>;
  /** The job's error, in the group of its name. */
  readonly errors: Except;
  /** Starts it, if that was not done before. */
  start(): void;
  /**
   * Waits until it has ended. Rejects with its error (with `raises: false` it does not), and with `TimeoutError` when that takes
   * longer than `timeout` milliseconds: then it goes on running. RangeError: `timeout` is below 0.
   */
  join(options?: { readonly timeout?: number; readonly raises?: boolean }): Promise<Exit>;
  /** Throws the job's error, if it has ended with one. */
  raiseAny(): void;
  /**
   * Ends it now: SIGTERM for a process, after 1 s SIGKILL; one that has returned or thrown has that second to end by itself. Resolves
   * when it has ended; may be repeated.
   */
  terminate(): Promise<Exit>;
  /**
   * Throws an error into a generator, at its next `yield`, once its module is imported; before its first, it ends with the error. Anything
   * else, also what is not found within `startTimeout`, is ended, and `result` rejects with that error.
   */
  throw(error: unknown): Promise<void>;
  /** What it yields, as it comes; kept until it is read. Throws the job's error after that. */
  [Symbol.asyncIterator](): AsyncGenerator<Y, void, undefined>;
  /** Waits until it has ended, and throws its error. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a job returns, of what its function returns. */
export type ResultOf<R> =
  Awaited<R> extends Generator<unknown, infer T, never> | AsyncGenerator<unknown, infer T, never>
    ? Arrived<Awaited<T>>
    : Arrived<Awaited<R>>;

/** What it yields. */
export type YieldOf<R> =
  Awaited<R> extends Iterator<infer Y, unknown, never> | AsyncIterator<infer Y, unknown, never>
    ? Arrived<Awaited<Y>>
    : AnyView;

/**
 * Runs one function in a process of its own, or with `threaded: true` in a thread.
 *
 * `fn` is a function of a module (`remoteModule<typeof import('./work.js')>(url).countTo`), `inline(f)`, or a method of a remote. Arguments and
 * results cross like those of a call. Throws TypeError or RangeError for wrong arguments; whatever happens later is told by the job.
 */
export function job<A extends unknown[], R>(
  fn: (...args: A) => R,
  args?: { readonly [I in keyof A]: Sent<A[I]> } | readonly [],
  options: JobOptions = {},
): Job<ResultOf<R>, YieldOf<R>> {
  const place: { stack?: string } = {};
  Error.captureStackTrace(place, job);
  return new JobHandle<ResultOf<R>, YieldOf<R>>(readJob(fn, args ?? [], options), place);
}
