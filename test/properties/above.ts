/** The language's own `super`, for an object of any class. */

interface Above {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  call(name: string, args: readonly unknown[]): unknown;
  has(name: string): boolean;
}

/** Members looked up above the object's class, `this` unchanged; a class is itself the place of its static members. */
export function above(object: unknown): Above {
  const start: unknown = typeof object === 'function' ? object : Object.getPrototypeOf(object);
  const found: unknown = Object.getPrototypeOf(start);
  // What functions inherit from the language is no member for the library.
  const parent = (found === Function.prototype ? null : found) ?? Object.create(null);
  const home = {
    get(name: never): unknown {
      return super[name];
    },
    set(name: never, value: never): void {
      super[name] = value;
    },
    call(name: never, args: readonly never[]): unknown {
      return (super[name] as (...args: unknown[]) => unknown)(...args);
    },
  };
  Object.setPrototypeOf(home, parent as object);
  return {
    get: home.get.bind(object),
    set: home.set.bind(object),
    call: home.call.bind(object),
    has: (name) => name in (Object(object) === object ? (parent as object) : (object as object)),
  } as Above; // names and arguments are not known to the types
}
