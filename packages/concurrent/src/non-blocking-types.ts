import type { Arrived, SyncRemote } from '@remoteobj/core';

/** Any class. */
export type AnyClass = abstract new (...args: never[]) => object;
type AnyMethod = (...args: never[]) => unknown;

/** Names of methods. */
export type MethodName<T> = { [K in keyof T]-?: T[K] extends AnyMethod ? K : never }[keyof T] & string;

type Blocked<R> = SyncRemote<() => R> extends () => infer B ? B : never;

/** A member in its blocking form. */
type BlockingMember<V> = V extends (...args: infer A) => infer R ? (...args: A) => Blocked<R> : V;

/** Members that are different in their blocking form: asynchronous methods, and those that give objects with methods. */
type Changed<T> = { [K in keyof T as T[K] extends BlockingMember<T[K]> ? never : K]: BlockingMember<T[K]> };

/**
 * An object elsewhere: its members in their blocking form, and an `nb_` form of some of its methods that gives a promise at once.
 *
 * A subclass overrides methods as methods, and `nb_` forms as properties: TypeScript takes those of a computed type for such.
 */
export type NonBlocking<T, N extends MethodName<T> = MethodName<T>> = NonBlockingMembers & {
  [K in N as `nb_${K}`]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Arrived<Awaited<R>>>
    : never;
} & Changed<Omit<T, keyof NonBlockingMembers>> &
  T;

interface NonBlockingMembers extends AsyncDisposable {
  /**
   * Runs the real object's `close`, if it has one, and ends its process. What has not ended after `timeout` milliseconds (default
   * 5,000) is killed, and it rejects with `TimeoutError`. May be repeated.
   */
  close(options?: { readonly timeout?: number }): Promise<void>;
}

/** A class like another one, whose instances live elsewhere. Disposing of it ends the process of its statics. */
export type NonBlockingClass<C extends AnyClass, N extends MethodName<InstanceType<C>>> = AsyncDisposable & {
  new (...args: ConstructorParameters<C>): NonBlocking<InstanceType<C>, N>;
} & Changed<Omit<C, 'prototype'>> &
  Omit<C, 'prototype'>;
