import { ownErrorClasses } from './errors.js';
import { isBuiltInFunction } from './is-error.js';
import { chainOf, findData, ownData } from './read-data.js';
import { RemoteError } from './remote-error-class.js';

/** A class of errors, of which only the prototype matters here. */
export type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Makes errors of `Class` keep their class when they cross; call it on both sides with the same name.
 *
 * Throws TypeError when `Class` is not a subclass of Error, or when the name belongs to another class.
 */
export function registerErrorClass(name: string, Class: Function): void {
  if (typeof name !== 'string' || name === '' || name.length > maxNameLength) {
    throw new TypeError(`registerErrorClass(name, Class): name must be a string of 1 to ${maxNameLength} characters`);
  }
  const prototype: unknown = typeof Class === 'function' ? Class.prototype : undefined;
  if (typeof prototype !== 'object' || !(prototype instanceof Error)) {
    throw new TypeError(`registerErrorClass('${name}', …): the second argument must be a subclass of Error`);
  }
  const taken = byName.get(name);
  if (taken !== undefined && taken !== Class) {
    throw new TypeError(
      `registerErrorClass: the name '${name}' belongs to another class already; choose a name that is unique in the program`,
    );
  }
  add(name, Class as unknown as ErrorClass);
}

/** The class that errors named so on the wire have here. */
export function errorClassOf(name: string): ErrorClass | undefined {
  return byName.get(name);
}

/** The name that a class of errors has on the wire; undefined for one that is not known there. */
export function registeredNameOf({ prototype }: { readonly prototype: unknown }): string | undefined {
  return typeof prototype === 'object' && prototype !== null ? byPrototype.get(prototype) : undefined;
}

/** Name of an error's class for the wire, and whether the other side is expected to know it. */
export function classNameOf(error: object): { name: string; known: boolean } {
  try {
    const prototype = Object.getPrototypeOf(error) as object | null;
    const name = prototype === null ? 'Error' : byPrototype.get(prototype);
    if (name !== undefined) return { name, known: true };
    // An error that came from elsewhere goes on, or home, as what it is there.
    const remoteName = prototype === RemoteError.prototype ? ownData(error, 'remoteName')?.value : undefined;
    if (typeof remoteName === 'string') return { name: remoteName.slice(0, maxNameLength), known: false };
    return nameOfUnknown(error, prototype as object);
  } catch {
    return { name: 'Error', known: true }; // the traps of a Proxy
  }
}

/** Whether the object is the prototype of one of the language's own error classes, of this realm or another. */
export function isBuiltInPrototype(prototype: object): boolean {
  const name = byPrototype.get(prototype);
  if (name !== undefined) return builtInNames.includes(name);
  const Class = ownData(prototype, 'constructor')?.value;
  return (
    builtInNames.some((builtIn) => isBuiltInFunction(Class, builtIn)) &&
    ownData(Class as object, 'prototype')?.value === prototype
  );
}

const maxNameLength = 256;
const byName = new Map<string, ErrorClass>();
const byPrototype = new WeakMap<object, string>();
const builtInNames = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  'DOMException',
  'SuppressedError',
];

for (const name of builtInNames) {
  const Class = (globalThis as unknown as Record<string, ErrorClass | undefined>)[name];
  if (Class !== undefined) add(name, Class);
}
// Marked as ours: many programs have a `TimeoutError` of their own, which must not arrive as this one.
for (const [name, Class] of Object.entries(ownErrorClasses)) add(`@remoteobj/${name}`, Class);

function add(name: string, Class: ErrorClass): void {
  byName.set(name, Class);
  if (!byPrototype.has(Class.prototype)) byPrototype.set(Class.prototype, name);
}

function nameOfUnknown(error: object, prototype: object): { name: string; known: boolean } {
  for (const holder of chainOf(prototype)) {
    const Class = ownData(holder, 'constructor')?.value;
    const name = typeof Class === 'function' ? ownData(Class, 'name')?.value : undefined;
    if (typeof name !== 'string' || name === '') continue;
    if (builtInNames.includes(name) && isBuiltInPrototype(holder)) return { name, known: true };
    if (name !== 'NodeError') return { name: name.slice(0, maxNameLength), known: false };
    // Node's own errors have nameless helper classes between; their `name` is that of the built-in class they extend.
    const base = findData(error, 'name')?.value;
    if (typeof base === 'string' && builtInNames.includes(base)) return { name: base, known: true };
  }
  return { name: 'Error', known: true };
}
