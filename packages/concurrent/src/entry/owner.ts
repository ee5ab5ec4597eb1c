/** Served by the process or thread that owns an object for `nonBlocking`. */

type AnyClass = new (...args: readonly unknown[]) => object;

/** What stands in a member: a method that can be called, or a value. */
export type Member = { readonly method: true } | { readonly method: false; readonly value: unknown };

/** Makes the real object. `Class` is what a view among the arguments stands for. */
export function construct(Class: AnyClass, args: readonly unknown[]): Owned {
  if (typeof Class !== 'function')
    throw new TypeError(`nonBlocking takes a class; where it should be is ${kindOf(Class)}`);
  return new Owned(new Class(...args));
}

/** The class itself, for its statics. */
export function statics(Class: object): Owned {
  return new Owned(Class);
}

/** An object that belongs to this process or thread: its methods run one after the other, asynchronous ones too. */
export class Owned {
  readonly #object: Record<string, unknown>;
  /** Settles when the methods that were called have ended; undefined: none runs. */
  #last: Promise<void> | undefined;

  constructor(object: object) {
    this.#object = object as Record<string, unknown>;
  }

  /** Calls a method when those that were called before have ended. */
  run(member: string, args: readonly unknown[]): unknown {
    const call = (): unknown => Reflect.apply(this.#method(member), this.#object, args);
    const result = this.#last === undefined ? call() : this.#last.then(call);
    if (isThenable(result)) this.#await(result);
    return result;
  }

  read(member: string): Member {
    const value = this.#object[member];
    return typeof value === 'function' ? { method: true } : { method: false, value };
  }

  write(member: string, value: unknown): void {
    this.#object[member] = value;
  }

  remove(member: string): boolean {
    return delete this.#object[member];
  }

  has(member: string): boolean {
    return member in this.#object;
  }

  keys(): string[] {
    return Object.keys(this.#object);
  }

  /** Runs its `close`, if it has one. */
  close(): unknown {
    return this.#object['close'] === undefined ? undefined : this.run('close', []);
  }

  #method(member: string): (...args: readonly unknown[]) => unknown {
    const method = this.#object[member];
    if (typeof method !== 'function')
      throw new TypeError(`there is no method '${member}'; where it should be is ${kindOf(method)}`);
    return method as (...args: readonly unknown[]) => unknown;
  }

  #await(result: PromiseLike<unknown>): void {
    const forget = (): void => {
      if (this.#last === last) this.#last = undefined;
    };
    const last: Promise<void> = Promise.resolve(result).then(forget, forget);
    this.#last = last;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise || typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function kindOf(value: unknown): string {
  return value === undefined ? 'nothing of that name' : `a value of type ${typeof value}`;
}
