import type { AnyView } from '@remoteobj/core';

/** A reason is typed as the language's own promises type it. */
// oxlint-disable-next-line typescript/no-explicit-any
type Reason = any;

/** Members of the future itself; those of its result that are called so are reached through `await`. */
interface FutureMembers<V> {
  then<A = V, B = never>(
    onFulfilled?: ((value: V) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: Reason) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;
  catch<B = never>(onRejected?: ((reason: Reason) => B | PromiseLike<B>) | null): Promise<V | B>;
  finally(onFinally?: (() => void) | null): Promise<V>;
  /** The result, waited for without turning the event loop. */
  readonly value: V;
  [Symbol.toPrimitive](hint: string): string | number | bigint;
}

type FutureFace<R, T> = 0 extends 1 & R
  ? AnyView
  : {
      readonly [K in Exclude<keyof R, keyof FutureMembers<unknown> | symbol>]: R[K] extends (
        ...args: infer A
      ) => infer X
        ? (...args: A) => Future<Awaited<X>, T>
        : Future<Awaited<R[K]>, T>;
    };

/**
 * The result of something that runs in the background, used as if it were there: `await f`, `await f.items.length`; and in blocking
 * form `f.value`, `` `${f}` `` and arithmetic. `T`: what it and its members come to besides when its time is up; text, arithmetic,
 * JSON and iteration throw `TimeoutError` then.
 */
export type Future<R, T = never> = FutureMembers<R | T> & FutureFace<R, T>;
