/** What `run` returns: promises of every kind become native ones. */
export type Outcome<R> = R extends PromiseLike<infer V> ? Promise<V> : R;
/** What `run` returns when errors are swallowed. */
export type Swallowed<R> = [R] extends [never]
  ? undefined
  : R extends PromiseLike<infer V>
    ? Promise<V | undefined>
    : R | undefined;
