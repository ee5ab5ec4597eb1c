/** What remotes look like to TypeScript. Types only. */

/** Names of the remote itself; members of the object that are called so are reached with `attrs`. */
type Reserved = 'get_' | '__' | 'passTo_' | 'super_' | 'attrs_' | 'then' | 'catch' | 'finally';

type AnyFunction = (...args: never[]) => unknown;
type AnyConstructor = abstract new (...args: never[]) => unknown;
type Primitive = string | number | boolean | bigint | symbol | null | undefined | void;
/** Built-in kinds that are copied. */
type Copied =
  | Date
  | RegExp
  | Error
  | ArrayBuffer
  | ArrayBufferView
  | { readonly href: string; readonly searchParams: object };

type IsAny<T> = 0 extends 1 & T ? true : false;
type IsUnknown<T> = unknown extends T ? (IsAny<T> extends true ? false : true) : false;
/** A type with a method is taken for a class: TypeScript cannot tell an instance from a plain object. */
type HasMethod<T> = true extends { [K in keyof T]-?: NonNullable<T[K]> extends AnyFunction ? true : never }[keyof T]
  ? true
  : false;

/** A view of which nothing is known: anything may be done with it, and anything may arrive. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyView = any;

/**
 * What arrives of a value: data is copied as it is, functions and objects with methods stay where they are and arrive as `Remote`,
 * promises are awaited, at any depth.
 *
 * A type with methods counts as a class instance, a type without as plain data.
 */
export type Arrived<V> =
  IsAny<V> extends true
    ? V
    : IsUnknown<V> extends true
      ? V
      : V extends Primitive
        ? V
        : V extends RemoteMembers<unknown>
          ? V
          : V extends PromiseLike<infer U>
            ? Arrived<U>
            : V extends Copied
              ? V
              : V extends ReadonlyMap<infer K, infer X>
                ? Map<Arrived<K>, Arrived<X>>
                : V extends ReadonlySet<infer X>
                  ? Set<Arrived<X>>
                  : V extends readonly unknown[]
                    ? { [I in keyof V]: Arrived<V[I]> }
                    : V extends AnyFunction | AnyConstructor
                      ? Remote<V>
                      : HasMethod<V> extends true
                        ? Remote<V>
                        : { [K in keyof V]: Arrived<V[K]> };

/**
 * What may be passed where the other side expects `P`: the value, a view or remote of it, or a promise of it. Where it expects a
 * function, one that takes what arrives here, and may answer with a promise.
 *
 * A remote is told by what every remote has: with the members of its object beside those of `P`, a callback in an object or a list
 * would have two types, and its parameters none.
 */
export type Sent<P> = P extends AnyFunction
  ? Callback<P>
  : P | PromiseLike<Arrived<P>> | (HasMethod<P> extends true ? RemoteMembers<P> : never);

type Callback<F> = F extends (...args: infer A) => infer R
  ? (
      ...args: { [I in keyof A]: Arrived<A[I]> }
    ) => [R] extends [void] ? unknown : R | Arrived<Awaited<R>> | PromiseLike<Awaited<R> | Arrived<Awaited<R>>>
  : F;

/** Arguments as they may be passed. */
export type SentArgs<A extends readonly unknown[]> = { [I in keyof A]: Sent<A[I]> };

/** Items of anything iterable. */
type ItemOf<V> = V extends AsyncIterable<infer X> ? X : V extends Iterable<infer X> ? X : never;

/** Lets the types find what a remote stands for; there is no such member. */
declare const target: unique symbol;

/** What every remote and view has besides the members of its object. */
export interface RemoteMembers<V> {
  readonly [target]?: V;
  /** The value; the same as awaiting the view, with options. */
  get_(options?: object): Promise<Arrived<V>>;
  /** The promise of the value. */
  readonly __: Promise<Arrived<V>>;
  /** Runs a function of the other side on the object. */
  passTo_<A extends unknown[], R>(fn: (object: V, ...args: A) => R, ...args: SentArgs<A>): RemoteView<Awaited<R>>;
  /** Members looked up above the object's class. */
  readonly super_: RemoteView<V>;
  /** Attributes by dotted names. */
  attrs_(...names: string[]): AnyView;
  [Symbol.asyncIterator](): AsyncIterableIterator<Arrived<ItemOf<V>>>;
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A view of one step or more is as good as a promise of its value. */
/** A reason is typed as the language's own promises type it. */
// oxlint-disable-next-line typescript/no-explicit-any
type Reason = any;

interface ViewMembers<V> extends RemoteMembers<V> {
  then<A = Arrived<V>, B = never>(
    onFulfilled?: ((value: Arrived<V>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: Reason) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;
  catch<B = never>(onRejected?: ((reason: Reason) => B | PromiseLike<B>) | null): Promise<Arrived<V> | B>;
  finally(onFinally?: (() => void) | null): Promise<Arrived<V>>;
}

/**
 * A member as it is read and assigned. Reading gives a view; where plain data stands there, the data itself may be assigned, so
 * the type is a union with it: awaiting gives the data, and using it without awaiting is an error.
 */
type Member<V> =
  IsAny<V> extends true
    ? AnyView
    : [IsData<V>] extends [true]
      ? RemoteView<V> | V
      : [V] extends [PromiseLike<infer U>]
        ? RemoteView<U>
        : RemoteView<V>;

/** Whether a type is data through and through, as far down as is worth looking: three levels. */
type IsData<V, Level extends 0[] = []> = Level['length'] extends 4
  ? false
  : V extends Primitive | Copied
    ? true
    : V extends AnyFunction | AnyConstructor | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
      ? false
      : V extends readonly (infer I)[]
        ? IsData<I, [...Level, 0]>
        : false extends { [K in keyof V]-?: IsData<V[K], [...Level, 0]> }[keyof V]
          ? false
          : true;

/** Up to three overloads are kept; type parameters of a function are lost, as in every mapping of functions. */
type Callable<F> = F extends { (...args: infer A): infer R; (...args: infer B): infer S; (...args: infer C): infer T }
  ? ((...args: SentArgs<A>) => RemoteView<Awaited<R>>) &
      ((...args: SentArgs<B>) => RemoteView<Awaited<S>>) &
      ((...args: SentArgs<C>) => RemoteView<Awaited<T>>)
  : F extends (...args: infer A) => infer R
    ? (...args: SentArgs<A>) => RemoteView<Awaited<R>>
    : unknown;

type Constructable<C> = C extends new (...args: infer A) => infer I
  ? new (...args: SentArgs<A>) => RemoteView<I>
  : unknown;

/** The members of an object, as views. */
type Members<T> = { [K in keyof T as K extends string | number ? Exclude<K, Reserved> : never]: Member<T[K]> };

/** Methods of primitives stand on their wrappers. */
type Wrapper<T> = T extends string
  ? String
  : T extends number
    ? Number
    : T extends bigint
      ? BigInt
      : T extends boolean
        ? Boolean
        : never;

/** What can be done with an object elsewhere. */
type Face<T> = T extends Primitive
  ? Wrapper<T> extends never
    ? unknown
    : Members<Wrapper<T>>
  : Callable<T> & Constructable<T> & Members<T>;

/** The members of what may be missing: whether it is there is seen when the view is evaluated. */
type FaceIfThere<T> = [NonNullable<T>] extends [never] ? unknown : Face<NonNullable<T>>;

/** A view of a value elsewhere: extend it, await it, call it. */
export type RemoteView<V> = IsAny<V> extends true ? AnyView : ViewMembers<V> & FaceIfThere<V>;

/** An object that lives elsewhere, as it is used from here. Awaiting it gives itself. */
export type Remote<T> = IsAny<T> extends true ? AnyView : RemoteMembers<T> & FaceIfThere<T>;

/** Marks the blocking face for the types; there is no such member. */
declare const blocking: unique symbol;
declare const value: unique symbol;

/** Any blocking remote or view. */
export interface Blocking {
  readonly [blocking]: true;
}

/** What every blocking remote and view has besides the members of its object. */
export interface SyncMembers<V> extends Blocking {
  readonly [value]?: V;
  /** The value. */
  get_(options?: object): SyncArrived<V>;
  /** The value. */
  readonly __: SyncArrived<V>;
  /** Runs a function of the other side on the object. */
  passTo_<A extends unknown[], R>(fn: (object: V, ...args: A) => R, ...args: SentArgs<A>): SyncArrived<R>;
  /** Members looked up above the object's class. */
  readonly super_: SyncRemote<V>;
  /** Attributes by dotted names. */
  attrs_(...names: string[]): AnyView;
  [Symbol.iterator](): IterableIterator<Arrived<ItemOf<V>>>;
  [Symbol.dispose](): void;
}

/** What a blocking call returns: as `Arrived`, but an object that stays over there comes as a blocking remote. */
export type SyncArrived<V> =
  IsAny<V> extends true
    ? V
    : V extends Primitive | Copied | RemoteMembers<unknown>
      ? V
      : V extends PromiseLike<infer U>
        ? SyncArrived<U>
        : V extends ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | readonly unknown[]
          ? Arrived<V>
          : V extends AnyFunction | AnyConstructor
            ? SyncRemote<V>
            : HasMethod<V> extends true
              ? SyncRemote<V>
              : Arrived<V>;

type SyncMember<V> = IsAny<V> extends true ? AnyView : [IsData<V>] extends [true] ? SyncRemote<V> | V : SyncRemote<V>;

type SyncCallable<F> = F extends {
  (...args: infer A): infer R;
  (...args: infer B): infer S;
  (...args: infer C): infer T;
}
  ? ((...args: SentArgs<A>) => SyncArrived<R>) &
      ((...args: SentArgs<B>) => SyncArrived<S>) &
      ((...args: SentArgs<C>) => SyncArrived<T>)
  : F extends (...args: infer A) => infer R
    ? (...args: SentArgs<A>) => SyncArrived<R>
    : unknown;

type SyncConstructable<C> = C extends new (...args: infer A) => infer I
  ? new (...args: SentArgs<A>) => SyncRemote<I>
  : unknown;

/** Iteration belongs to the remote itself. */
type SyncFaceMembers<T> = {
  [K in keyof T as K extends string | number ? Exclude<K, Reserved> : never]: SyncMember<T[K]>;
};

type SyncFace<T> = T extends Primitive
  ? Wrapper<T> extends never
    ? unknown
    : SyncFaceMembers<Wrapper<T>>
  : SyncCallable<T> & SyncConstructable<T> & SyncFaceMembers<T>;

type SyncFaceIfThere<T> = [NonNullable<T>] extends [never] ? unknown : SyncFace<NonNullable<T>>;

/** An object that lives elsewhere, used without `await`: what `sync(remote)` gives. */
export type SyncRemote<T> = IsAny<T> extends true ? AnyView : SyncMembers<T> & SyncFaceIfThere<T>;

/** What `sync` gives for a remote or a view. */
export type SyncOf<X> =
  IsAny<X> extends true
    ? AnyView
    : X extends Blocking
      ? X
      : X extends { readonly [target]?: infer V }
        ? SyncRemote<V>
        : SyncRemote<X>;

/** What `get` gives: the value of a blocking view, else a promise of it. */
export type Got<X> =
  IsAny<X> extends true
    ? Promise<AnyView>
    : [Extract<X, Blocking>] extends [never]
      ? Promise<Awaited<X>>
      : X extends { readonly [value]?: infer V; readonly [blocking]: true }
        ? SyncArrived<V>
        : never;

/** An unbound view: names a member of a module without being connected to it. */
export type ViewOf<M> = { readonly [K in keyof M]: M[K] };
