import { errorClassOf, registeredNameOf } from './error-classes.js';
import type { ErrorType } from './except-options.js';
import { chainOf, ownData } from './read-data.js';
import { RemoteError } from './remote-error-class.js';

/** Name by which another process knows a class whose instances are caught; an empty string when it has none. */
export function nameOfType(type: ErrorType): string {
  return namesOfTypes.get(type) ?? registeredNameOf(type as { prototype: unknown }) ?? ownName(type);
}

/** Whether a thrown value is to be caught as of that class: its instance, or an error that was one in another process. */
export function isOfType(error: unknown, type: ErrorType): boolean {
  try {
    if (error instanceof type) return true;
  } catch {
    return false; // a class may decide by code of its own who is its instance, and that may throw: then it is none
  }
  return error instanceof RemoteError && error.remoteName === nameOfType(type);
}

/**
 * The class of that name: a built-in or registered one, else one that takes every object for its instance which has a class of that
 * name, itself or further up. So users' classes need no registration to be caught elsewhere.
 */
export function typeNamed(name: string): ErrorType {
  const known = errorClassOf(name);
  if (known !== undefined) return known;
  class NamedType {
    static [Symbol.hasInstance](value: unknown): boolean {
      return typeof value === 'object' && value !== null && hasClassNamed(value, name);
    }
  }
  namesOfTypes.set(NamedType, name);
  return NamedType;
}

const namesOfTypes = new WeakMap<ErrorType, string>();

function hasClassNamed(value: object, name: string): boolean {
  if (ownData(value, 'remoteName')?.value === name) return true;
  for (const holder of chainOf(value)) {
    const Class = ownData(holder, 'constructor')?.value;
    if (typeof Class === 'function' && ownName(Class) === name) return true;
  }
  return false;
}

function ownName(Class: Function): string {
  const name = ownData(Class, 'name')?.value;
  return typeof name === 'string' ? name : '';
}
