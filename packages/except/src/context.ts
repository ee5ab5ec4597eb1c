import { builtInModule } from './built-in-module.js';

/** Knows a value that belongs to the code that runs. */
export interface Context<T> {
  /** The value given by the innermost `run` around the code that runs. */
  getStore(): T | undefined;
  run<R>(value: T, task: () => R): R;
}

/** In Node 20.16 or later the value stays with a task over its awaits and in all that it starts; elsewhere it ends with the synchronous part. */
export function newContext<T>(): Context<T> {
  type Hooks = { readonly AsyncLocalStorage?: new () => Context<T> };
  const Class = builtInModule<Hooks>('node:async_hooks')?.AsyncLocalStorage;
  return new (Class ?? SynchronousContext<T>)();
}

/** What there is without help of the engine. */
class SynchronousContext<T> implements Context<T> {
  #value: T | undefined;

  getStore(): T | undefined {
    return this.#value;
  }

  run<R>(value: T, task: () => R): R {
    const before = this.#value;
    this.#value = value;
    try {
      return task();
    } finally {
      this.#value = before;
    }
  }
}
