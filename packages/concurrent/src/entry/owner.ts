/** Served by the process or thread that owns an object for `nonBlocking`. */
import { currentCaller, type Hold } from '@remoteobj/core';

type AnyClass = new (...args: readonly unknown[]) => object;

/** What stands in a member: a method that can be called, and whether its class declares it, or a value. */
export type Member =
  | { readonly method: true; readonly declared: boolean }
  | { readonly method: false; readonly value: unknown };

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
  #last: Promise<unknown> | undefined;
  /** What the method that runs has, and those that were called after it wait for. */
  #turn: Hold = { object: {}, since: 0 };

  constructor(object: object) {
    this.#object = object as Record<string, unknown>;
  }

  /** Calls a method when those that were called before have ended. Gives this where the method gives the object itself. */
  run(member: string, args: readonly unknown[]): unknown {
    const call = (): unknown => {
      const result: unknown = Reflect.apply(this.#method(member), this.#object, args);
      this.#turn = { object: this.#turn.object, since: performance.now() };
      return isThenable(result) ? Promise.resolve(result).then((value) => this.#own(value)) : this.#own(result);
    };
    const result = this.#last === undefined ? call() : this.#later(this.#last, member, call);
    if (result instanceof Promise) this.#await(result);
    return result;
  }

  read(member: string): Member {
    const value = this.#object[member];
    if (typeof value !== 'function') return { method: false, value: this.#own(value) };
    return { method: true, declared: isDeclared(this.#object, member) };
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

  /** Throws `DeadlockError` where it is certain that the method that runs waits for this very call. */
  async #later(last: Promise<unknown>, member: string, call: () => unknown): Promise<unknown> {
    let over = (): void => {};
    const refused = new Promise<never>((_resolve, reject) => {
      over = currentCaller().waitsFor(`its turn to run '${member}'`, () => [this.#turn], reject);
    });
    try {
      await Promise.race([last, refused]);
    } finally {
      over();
    }
    return call();
  }

  #await(result: Promise<unknown>): void {
    const last = Promise.allSettled([this.#last, result]).then(() => {
      if (this.#last === last) this.#last = undefined;
    });
    this.#last = last;
  }

  #own(value: unknown): unknown {
    return value === this.#object ? this : value;
  }
}

/** Whether it is a method of a class or a static one, which do not come and go as a property does. */
function isDeclared(object: object, member: string): boolean {
  let holder: object | null = object;
  while (holder !== null && !Object.hasOwn(holder, member)) holder = Object.getPrototypeOf(holder) as object | null;
  const { value, enumerable } = (holder && Reflect.getOwnPropertyDescriptor(holder, member)) ?? {};
  return value !== undefined && (holder !== object || enumerable === false);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value instanceof Promise || typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function kindOf(value: unknown): string {
  return value === undefined ? 'nothing of that name' : `a value of type ${typeof value}`;
}
