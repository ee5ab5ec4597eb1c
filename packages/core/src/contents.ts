import { hasSlotsOf, isPromise, kindOf, type Kind } from './kinds.js';

const readable = ['map', 'set', 'date', 'regexp', 'url', 'bytes'] as const;

/** The built-in kind whose contents an object has, of whatever class it is: that kind is what a forced copy of it is. */
export function contentsOf(value: object): Kind {
  const kind = kindOf(value);
  if (kind !== 'other') return kind;
  if (Array.isArray(value)) return 'array';
  if (isPromise(value)) return 'promise';
  return readable.find((each) => hasSlotsOf(each, value)) ?? 'other';
}

/** Name of the platform's class, such as `Headers`, that keeps what an object holds where nothing from outside can read it. */
export function keeperOf(value: object): string | undefined {
  for (let above = prototypeOf(value); above !== null && above !== Object.prototype; above = prototypeOf(above)) {
    const Class: unknown = Object.getOwnPropertyDescriptor(above, 'constructor')?.value;
    if (typeof Class === 'function' && (globalThis as Record<string, unknown>)[Class.name] === Class) return Class.name;
  }
  return undefined;
}

/** Why there can be no copy of what an object of another class holds; undefined: its own properties are all that it holds. */
export function copyFault(value: object): string | undefined {
  const keeper = keeperOf(value);
  if (keeper === undefined) return undefined;
  return `what a ${keeper} holds cannot be read from outside, so there is no copy of it: pass what is in it`;
}

const prototypeOf = Object.getPrototypeOf as (value: object) => object | null;
