/** The language's own objects, captured before code of the user could change them. */

export const apply: typeof Reflect.apply = Reflect.apply;
export const construct: typeof Reflect.construct = Reflect.construct;
export const defineProperty: typeof Object.defineProperty = Object.defineProperty;
export const getOwnPropertyDescriptor: typeof Object.getOwnPropertyDescriptor = Object.getOwnPropertyDescriptor;
export const getPrototypeOf: typeof Object.getPrototypeOf = Object.getPrototypeOf;
export const isExtensible: typeof Object.isExtensible = Object.isExtensible;
export const isArray: typeof Array.isArray = Array.isArray;
export const isView: typeof ArrayBuffer.isView = ArrayBuffer.isView;
/** `hasOwnProperty` that no object can shadow. */
export const hasOwn: (object: object, key: PropertyKey) => boolean = Object.hasOwn;

const generator = function* (): Generator {};
const asyncGenerator = async function* (): AsyncGenerator {};
const asyncFunction = async (): Promise<void> => {};

/** Constructors that turn text into code, by way of any function of their kind. */
export const functionConstructors: readonly object[] = [Function, generator.constructor, asyncGenerator.constructor, asyncFunction.constructor];

/** Global classes that users extend and whose methods are then theirs. */
const extended = new Set(['EventTarget', 'Event', 'CustomEvent']);

/** Prototypes at which the walk for a member stops: what they offer is decided by the table of brands alone. */
export const intrinsicPrototypes: ReadonlySet<object> = collect();

function collect(): Set<object> {
  const found = new Set<object>();
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const Class: unknown = getOwnPropertyDescriptor(globalThis, name)?.value;
    if (typeof Class !== 'function' || extended.has(name)) continue;
    const prototype: unknown = getOwnPropertyDescriptor(Class, 'prototype')?.value;
    if (typeof prototype === 'object' && prototype !== null) addChain(found, prototype);
  }
  for (const value of [generator, asyncGenerator, asyncFunction]) addChain(found, getPrototypeOf(value) as object);
  addChain(found, getPrototypeOf(generator.prototype as object) as object);
  addChain(found, getPrototypeOf(asyncGenerator.prototype as object) as object);
  for (const iterator of [[].values(), new Map().values(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g)]) {
    addChain(found, getPrototypeOf(iterator) as object);
  }
  addChain(found, Uint8Array.prototype);
  // Node's Buffer has members that lead to the memory of others; its global is an accessor.
  const NodeBuffer = (globalThis as { Buffer?: { prototype: object } }).Buffer;
  if (NodeBuffer !== undefined) found.add(NodeBuffer.prototype);
  found.add(Function.prototype);
  return found;
}

/** A prototype and those above it: `%TypedArray%.prototype` and the like have no global name. */
function addChain(found: Set<object>, prototype: object): void {
  for (let object: object | null = prototype; object !== null; object = getPrototypeOf(object) as object | null) found.add(object);
}
