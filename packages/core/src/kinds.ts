/** Which built-in kind an object is, found without running code of the user and not fooled by Symbol.toStringTag. */

export type Kind =
  | 'object'
  | 'nullObject'
  | 'array'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'url'
  | 'bytes'
  | 'promise'
  | 'signal'
  | 'refused'
  | 'other';

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const prototypeOf = getPrototypeOf as (value: object) => object | null;
const { hasOwnProperty } = Object.prototype;

const byPrototype = new Map<object, Kind>();
const byName: Record<string, Kind> = {
  Map: 'map',
  Set: 'set',
  Date: 'date',
  RegExp: 'regexp',
  ArrayBuffer: 'bytes',
  DataView: 'bytes',
  Promise: 'promise',
};
const typedArray = getPrototypeOf(Uint8Array) as object;

/** The kind of an object that is no function, no error and no wrapper. Subclasses are `other`: they go by reference. */
export function kindOf(value: object): Kind {
  const prototype: unknown = getPrototypeOf(value);
  if (prototype === null) return 'nullObject';
  const kind = byPrototype.get(prototype as object);
  if (kind !== undefined) return kind === 'other' || hasSlotsOf(kind, value) ? kind : 'other';
  return foreignKind(value, prototype as object);
}

/** Whether a value is a real promise, of a subclass or another realm too. Other thenables are objects like any other. */
export function isPromise(value: unknown): value is Promise<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    for (let above = prototypeOf(value); above !== null; above = prototypeOf(above)) {
      const kind = byPrototype.get(above);
      if (kind !== undefined) return kind === 'promise';
    }
    // Nothing of this realm is above it.
    for (let above = prototypeOf(value); above !== null; above = prototypeOf(above))
      if (isForeignClass(above, 'Promise')) return true;
  } catch {
    // somebody's Proxy, whose trap throws
  }
  return false;
}

/** Name of the element type of a byte value: `Float64Array`, `Buffer`, `ArrayBuffer`, … */
export function elementTypeOf(value: ArrayBuffer | ArrayBufferView): string {
  if (!ArrayBuffer.isView(value)) return 'ArrayBuffer';
  const tag = tagGetter.call(value) as string | undefined;
  if (tag === undefined) return 'DataView';
  return tag === 'Uint8Array' && bufferPrototype !== undefined && getPrototypeOf(value) === bufferPrototype
    ? 'Buffer'
    : tag;
}

/** Whether a buffer, of whatever realm, is memory of this side alone. */
export function isUnshared(buffer: ArrayBufferLike): buffer is ArrayBuffer {
  return hasSlot(byteLengthGetter, buffer);
}

const byteLengthGetter = getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get as (
  this: unknown,
) => unknown;
const tagGetter = getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get as (
  this: unknown,
) => unknown;
const bufferPrototype: object | undefined = (globalThis as { Buffer?: { prototype: object } }).Buffer?.prototype;

for (const [name, kind] of Object.entries(byName))
  register((globalThis as unknown as Record<string, { prototype: object }>)[name], kind);
// Only these: looking at every global would load what is behind the lazy ones.
for (const name of Object.getOwnPropertyNames(globalThis).filter((each) => each.endsWith('Array'))) {
  const descriptor = getOwnPropertyDescriptor(globalThis, name);
  const Class: unknown = descriptor?.value;
  if (typeof Class === 'function' && getPrototypeOf(Class) === typedArray)
    register(Class as unknown as { prototype: object }, 'bytes');
}
for (const name of ['SharedArrayBuffer', 'WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'Atomics']) {
  register((globalThis as unknown as Record<string, { prototype: object } | undefined>)[name], 'refused');
}
byPrototype.set(Object.prototype, 'object');
byPrototype.set(Array.prototype, 'array');
register((globalThis as { URL?: { prototype: object } }).URL, 'url');
register((globalThis as { AbortSignal?: { prototype: object } }).AbortSignal, 'signal');
if (bufferPrototype !== undefined) byPrototype.set(bufferPrototype, 'bytes');

function register(Class: { prototype: object } | undefined, kind: Kind): void {
  if (Class?.prototype !== undefined) byPrototype.set(Class.prototype, kind);
}

type Probe = (value: never) => unknown;
const probes: Partial<Record<Kind, Probe[]>> = {
  map: [getter(Map.prototype, 'size')],
  set: [getter(Set.prototype, 'size')],
  date: [Date.prototype.getTime],
  regexp: [getter(RegExp.prototype, 'source')],
  promise: [],
};
if (typeof URL === 'function') probes.url = [getter(URL.prototype, 'href')];

function getter(prototype: object, name: string): Probe {
  return getOwnPropertyDescriptor(prototype, name)?.get as Probe;
}

/** Whether the object has the internal slots of a kind: `Object.create(Map.prototype)` has not. */
export function hasSlotsOf(kind: Kind, value: object): boolean {
  if (kind === 'array') return Array.isArray(value);
  if (kind === 'bytes') return ArrayBuffer.isView(value) || hasSlot(byteLengthGetter, value);
  if (kind === 'object') return !Array.isArray(value);
  const list = probes[kind];
  return list === undefined || list.every((probe) => hasSlot(probe, value));
}

function hasSlot(probe: Probe, value: object): boolean {
  try {
    Reflect.apply(probe, value, []);
    return true;
  } catch {
    return false;
  }
}

/** Objects of another realm (a vm context, a frame) have prototypes of their own; told by structure and by brand. */
function foreignKind(value: object, prototype: object): Kind {
  const above: unknown = getPrototypeOf(prototype);
  if (above === null) return hasOwnProperty.call(prototype, 'isPrototypeOf') ? 'object' : 'other';
  if (Array.isArray(value)) return Array.isArray(prototype) ? 'array' : 'other';
  if (ArrayBuffer.isView(value)) return isForeignClass(prototype, tagGetter.call(value) as string) ? 'bytes' : 'other';
  if (getPrototypeOf(above) !== null || !hasOwnProperty.call(above, 'isPrototypeOf')) return 'other';
  for (const [name, kind] of Object.entries(byName)) {
    if (isForeignClass(prototype, name) && hasSlotsOf(kind, value)) return kind;
  }
  return 'other';
}

function isForeignClass(prototype: object, name: string): boolean {
  const Class: unknown = getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return (
    typeof Class === 'function' &&
    getOwnPropertyDescriptor(Class, 'name')?.value === name &&
    Function.prototype.toString.call(Class).includes('[native code]')
  );
}
