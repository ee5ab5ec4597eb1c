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

/** Global classes that users extend and whose methods are then theirs. */
const extended = new Set(['EventTarget', 'Event', 'CustomEvent']);

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

/**
 * Whether a prototype is the language's own of another realm (`node:vm`, a frame of a page), such as its `Map.prototype`. Asked only
 * where a member was found, as identity cannot tell.
 */
export function isForeignIntrinsic(prototype: object): boolean {
  if (ordinary.has(prototype)) return false;
  let root = prototype;
  for (let hops = 0; hops <= 32; hops++) {
    const next = getPrototypeOf(root) as object | null;
    if (next === null) break;
    root = next;
  }
  if (root !== rootPrototype && isRoot(root) && isNativePrototype(prototype)) return true;
  ordinary.add(prototype);
  return false;
}

function isNativePrototype(prototype: object): boolean {
  const Class: unknown = getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof Class !== 'function' || getOwnPropertyDescriptor(Class, 'prototype')?.value !== prototype) return false;
  return endsWith(sourceOf(Class), '{ [native code] }');
}

function collect(): Set<object> {
  const found = new SafeSet<object>();
  addClasses(found, globalThis);
  addClasses(found, Intl);
  const { WebAssembly: Assembly } = globalThis as { WebAssembly?: object };
  if (Assembly !== undefined) addClasses(found, Assembly);
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
  addChain(found, Uint8Array.prototype);
  // Globals that may be accessors. Node's Buffer has members that lead to the memory of others.
  const { Buffer: NodeBuffer, DOMException: DomError } = globalThis as { Buffer?: Class; DOMException?: Class };
  for (const Each of [NodeBuffer, DomError]) if (Each !== undefined) addChain(found, Each.prototype);
  found.add(Function.prototype);
  return found;
}

interface Class {
  readonly prototype: object;
}

/** Classes of the platform are not enumerable; what a program put into its globals is. */
function addClasses(found: Set<object>, holder: object): void {
  for (const name of Object.getOwnPropertyNames(holder)) {
    const descriptor = getOwnPropertyDescriptor(holder, name) as PropertyDescriptor;
    if (typeof descriptor.value !== 'function' || descriptor.enumerable === true) continue;
    const prototype: unknown = getOwnPropertyDescriptor(descriptor.value as object, 'prototype')?.value;
    if (typeof prototype === 'object' && prototype !== null) addChain(found, prototype);
  }
}

/** A prototype and those above it: `%TypedArray%.prototype` and the like have no global name. */
function addChain(found: Set<object>, prototype: object): void {
  for (let object: object | null = prototype; object !== null; object = getPrototypeOf(object) as object | null) {
    const Class = getOwnPropertyDescriptor(object, 'constructor')?.value as { readonly name?: unknown } | undefined;
    if (!extended.has(Class?.name as string)) found.add(object);
  }
}
