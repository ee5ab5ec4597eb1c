import {
  endsWith,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  SafeSet,
  SafeWeakSet,
  sourceOf,
} from './intrinsics.js';

/** What belongs to the language itself: the prototypes at which the walk for a member stops, and what everybody shares. */

const generator = function* (): Generator {};
const asyncGenerator = async function* (): AsyncGenerator {};
const asyncFunction = async (): Promise<void> => {};

/** Constructors that turn text into code, by way of any function of their kind. */
export const functionConstructors: readonly object[] = [
  Function,
  generator.constructor,
  asyncGenerator.constructor,
  asyncFunction.constructor,
];

/** Where the chain of every ordinary object of this realm ends. */
export const rootPrototype: object = Object.prototype;

/** Classes of the language; later ones are found as classes of the platform are. */
const classes =
  'Object Function Array Number Boolean String Symbol BigInt Date Promise RegExp Map Set WeakMap WeakSet WeakRef FinalizationRegistry ' +
  'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError ' +
  'ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array ' +
  'BigInt64Array BigUint64Array Float16Array Float32Array Float64Array Iterator DisposableStack AsyncDisposableStack DOMException';

/** Prototypes at which the walk stops: what they offer is decided by the table of brands alone. */
export const intrinsicPrototypes: ReadonlySet<object> = collect();

/** Objects of functions that everybody shares. */
const namespaces: ReadonlySet<object> = new SafeSet<object>([Math, JSON, Intl, Atomics, console]);

/** Whether an object is the language's own and shared by all code of the process, so that no peer may change it. */
export function isShared(object: object): boolean {
  return intrinsicPrototypes.has(object) || namespaces.has(object);
}

/** The root of a realm: it has no prototype, and methods of its own that only roots have. Asked of objects without a prototype. */
export function isRoot(object: object): boolean {
  return hasOwn(object, 'isPrototypeOf') && hasOwn(object, 'propertyIsEnumerable');
}

/** Prototypes that were looked at and are code of somebody, so that the next hit there costs one look-up. */
const ordinary = new SafeWeakSet<object>();

/** Classes of the platform that users extend, and whose members are then theirs. */
const extended = new SafeSet(['EventTarget', 'Event', 'CustomEvent']);

/**
 * Whether a prototype that is none of `intrinsicPrototypes` is closed all the same: of a class of the platform, such as `URL`, or the
 * language's own of another realm (`node:vm`, a frame of a page). Asked only where a member was found.
 */
export function isBuiltIn(prototype: object): boolean {
  if (ordinary.has(prototype)) return false;
  const Class = classOf(prototype);
  if (Class !== undefined && (isOfPlatform(Class) || isOfOtherRealm(Class, prototype))) return true;
  ordinary.add(prototype);
  return false;
}

/** Such globals are not enumerable, while what a program adds to them is. Some are loaded when first read, so all are not read at once. */
function isOfPlatform(Class: object): boolean {
  const name: unknown = getOwnPropertyDescriptor(Class, 'name')?.value;
  if (typeof name !== 'string' || extended.has(name) || !hasOwn(globalThis, name)) return false;
  if (getOwnPropertyDescriptor(globalThis, name)?.enumerable === true) return false;
  return (globalThis as unknown as Record<string, unknown>)[name] === Class;
}

function isOfOtherRealm(Class: object, prototype: object): boolean {
  let root = prototype;
  for (let hops = 0; hops <= 32; hops++) {
    const next = getPrototypeOf(root) as object | null;
    if (next === null) break;
    root = next;
  }
  return root !== rootPrototype && isRoot(root) && endsWith(sourceOf(Class), '{ [native code] }');
}

function classOf(prototype: object): object | undefined {
  const Class: unknown = getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof Class !== 'function') return undefined;
  return getOwnPropertyDescriptor(Class, 'prototype')?.value === prototype ? Class : undefined;
}

function collect(): Set<object> {
  const found = new SafeSet<object>();
  addClasses(found, globalThis, classes.split(' '));
  // Node's Buffer has members that lead to the memory of others.
  addClasses(found, globalThis, ['Buffer']);
  const { WebAssembly: Assembly } = globalThis as { WebAssembly?: object };
  for (const namespace of [Intl, Assembly ?? {}]) addClasses(found, namespace, Object.getOwnPropertyNames(namespace));
  for (const value of [generator, asyncGenerator, asyncFunction]) addChain(found, getPrototypeOf(value) as object);
  for (const { prototype } of [generator, asyncGenerator])
    addChain(found, getPrototypeOf(prototype as object) as object);
  for (const iterator of [
    [].values(),
    new Map().values(),
    new Set().values(),
    ''[Symbol.iterator](),
    ''.matchAll(/a/g),
  ]) {
    addChain(found, getPrototypeOf(iterator) as object);
  }
  return found;
}

function addClasses(found: Set<object>, holder: object, names: readonly string[]): void {
  for (const name of names) {
    const Class = (holder as Record<string, unknown>)[name]; // read, as some are accessors of the global object
    const prototype: unknown = typeof Class === 'function' ? Class.prototype : undefined;
    if (typeof prototype === 'object' && prototype !== null) addChain(found, prototype);
  }
  found.add(Function.prototype); // is a function itself
}

/** A prototype and those above it: `%TypedArray%.prototype` and the like have no global name. */
function addChain(found: Set<object>, prototype: object): void {
  for (let object: object | null = prototype; object !== null; object = getPrototypeOf(object) as object | null) {
    found.add(object);
  }
}
