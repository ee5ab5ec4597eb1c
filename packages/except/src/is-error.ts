import { chainOf, ownData } from './read-data.js';

/**
 * Whether a value is an error: of this realm or another, DOMException and old-style subclasses included.
 *
 * Runs no code of the user but the `getPrototypeOf` trap of a Proxy, and is not fooled by Symbol.toStringTag. Never throws.
 */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  if (hasErrorBrand?.(value) === true) return true;
  try {
    for (const holder of chainOf(value)) {
      if (holder === Error.prototype || (holder !== value && isForeignErrorPrototype(holder))) return true;
    }
  } catch {
    // A trap of a Proxy threw: what refuses to say what it is, is not treated as an error.
  }
  return false;
}

/** Whether a function is the built-in of that name, of any realm: only those print like this. */
export function isBuiltInFunction(value: unknown, name: string): boolean {
  return (
    typeof value === 'function' &&
    functionToString.call(value).replace(/\s+/g, ' ') === `function ${name}() { [native code] }`
  );
}

/** Newer engines have the exact test; it does not know objects that merely inherit from Error.prototype. */
const hasErrorBrand: ((value: unknown) => boolean) | undefined = (Error as { isError?: (value: unknown) => boolean })
  .isError;
const functionToString = Function.prototype.toString as (this: unknown) => string;

function isForeignErrorPrototype(holder: object): boolean {
  const Class = ownData(holder, 'constructor')?.value;
  return isBuiltInFunction(Class, 'Error') && ownData(Class as object, 'prototype')?.value === holder;
}
