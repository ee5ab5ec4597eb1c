import { ProtocolError } from '@remoteobj/except';
import { isError } from '@remoteobj/except/internal';
import { brandOf, type BrandMember } from './brands.js';
import { functionConstructors, getOwnPropertyDescriptor, getPrototypeOf, hasOwn, intrinsicPrototypes, isArray, isView } from './intrinsics.js';
import { exposedMembers, type Policy } from './policy.js';

/**
 * Where a member was found, without running code of the user. One record is used again and again: read it before the next
 * `resolve`.
 */
export interface Found {
  kind: 'data' | 'accessor' | 'brand' | 'missing' | 'denied';
  descriptor: PropertyDescriptor | undefined;
  /** The object that owns it. */
  owner: unknown;
  brand: BrandMember | undefined;
}

const found: Found = { kind: 'missing', descriptor: undefined, owner: undefined, brand: undefined };

/** Prototypes looked at, at most. */
const mostHops = 32;

/** Never reachable, by any policy, on any step. */
const denied = new Set(['__proto__', 'constructor', 'prototype', '__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__', 'then']);
const deniedOnFunctions = new Set(['call', 'apply', 'bind', 'caller', 'callee', 'arguments']);

/**
 * The access rule: which member of `holder` the name leads to. Every operation of every path asks here; access.md has the rule by
 * number. `up` starts the walk so many classes above the object's own.
 *
 * Throws `ProtocolError` for a name that can be none.
 */
export function resolve(holder: unknown, key: string, policy: Policy, up = 0): Found {
  found.descriptor = undefined;
  found.owner = undefined;
  found.brand = undefined;
  if (key.length === 0 || key.length > 256 || !key.isWellFormed()) throw new ProtocolError('a member name must be a well-formed string of 1 to 256 characters');
  if (denied.has(key) || (typeof holder === 'function' && deniedOnFunctions.has(key)) || (key.charCodeAt(0) === 95 && !policy.privateNames)) {
    return outcome('denied');
  }
  const isObject = typeof holder === 'object' || typeof holder === 'function';
  if (isObject) {
    walk(holder as object, key, up);
  } else if (typeof holder === 'string') {
    // Index and length are a string's own; boxed only to ask.
    found.descriptor = getOwnPropertyDescriptor(Object(holder) as object, key);
    found.owner = holder;
  }
  if (found.descriptor !== undefined) return judge(holder, key, policy);
  const brand = brandOf(holder)?.get(key);
  if (brand === undefined) return outcome(policy.mode === 'exposed' ? 'denied' : 'missing');
  if (policy.mode === 'exposed' && !brand.exposed) return outcome('denied');
  found.brand = brand;
  return outcome('brand');
}

/** First hit wins; what the language's own prototypes hold is decided by the table of brands. */
function walk(holder: object, key: string, up: number): void {
  let object: object | null = holder;
  // The object's class's prototype is the first above it; its members are one level, super starts above.
  for (let skip = up === 0 ? 0 : up + 1; skip > 0 && object !== null; skip--) object = getPrototypeOf(object) as object | null;
  for (let hops = 0; object !== null && hops <= mostHops; hops++) {
    if (intrinsicPrototypes.has(object) || isForeignRoot(object)) return;
    const descriptor = getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined) {
      found.descriptor = descriptor;
      found.owner = object;
      return;
    }
    object = getPrototypeOf(object) as object | null;
  }
}

/** The root of another realm: it has no prototype and a method of its own that only roots have. */
function isForeignRoot(object: object): boolean {
  return getPrototypeOf(object) === null && hasOwn(object, 'isPrototypeOf') && hasOwn(object, 'propertyIsEnumerable');
}

function judge(holder: unknown, key: string, policy: Policy): Found {
  const descriptor = found.descriptor as PropertyDescriptor;
  const isData = hasOwn(descriptor, 'value');
  if (policy.mode === 'exposed' && !isOpen(holder, key, policy, isData)) return outcome('denied');
  return outcome(isData ? 'data' : 'accessor');
}

/** For strangers: own data of plain objects, lists and what was itself exposed as a module; and whatever is listed. */
function isOpen(holder: unknown, key: string, policy: Policy, isData: boolean): boolean {
  if (isData && found.owner === holder && isOpenHolder(holder, policy)) return true;
  if (isData && openOfErrors.has(key) && isError(holder)) return true;
  return isListed(holder, key, policy);
}

const openOfErrors = new Set(['message', 'code', 'cause', 'errors']);

/** Whether a stranger may reach own data of this object. */
function isOpenHolder(holder: unknown, policy: Policy): boolean {
  if (typeof holder === 'string') return true;
  if (typeof holder !== 'object' || holder === null) return false;
  if (isArray(holder) || isView(holder)) return true;
  if (isPrototypeObject(holder)) return false;
  const prototype = getPrototypeOf(holder) as object | null;
  if (prototype === null) return !isNamespace(holder) || policy.roots.has(holder);
  return prototype === Object.prototype || isForeignRoot(prototype);
}

/** Whether the server listed this member for the object's class, or a class above. */
export function isListed(holder: unknown, key: string, policy: Policy): boolean {
  let object: object | null = typeof holder === 'object' || typeof holder === 'function' ? holder : null;
  if (typeof holder === 'function' && lists(holder, key, policy)) return true;
  for (let hops = 0; object !== null && hops <= mostHops; hops++, object = getPrototypeOf(object) as object | null) {
    const Class: unknown = getOwnPropertyDescriptor(object, 'constructor')?.value;
    if (typeof Class === 'function' && lists(Class, key, policy)) return true;
  }
  return false;
}

function lists(Class: object, key: string, policy: Policy): boolean {
  if (policy.members.get(Class)?.has(key)) return true;
  const list: unknown = getOwnPropertyDescriptor(Class, exposedMembers)?.value;
  return isArray(list) && list.includes(key);
}

/** What a class gives its instances: shared by all of them, so nobody changes it from outside. */
export function isPrototypeObject(holder: object): boolean {
  const Class: unknown = getOwnPropertyDescriptor(holder, 'constructor')?.value;
  return typeof Class === 'function' && getOwnPropertyDescriptor(Class, 'prototype')?.value === holder;
}

/** A module's exports: an exotic object that cannot be changed and has no prototype. */
export function isNamespace(holder: object): boolean {
  const tag = getOwnPropertyDescriptor(holder, Symbol.toStringTag);
  return tag?.value === 'Module' && tag.configurable === false && getPrototypeOf(holder) === null;
}

function outcome(kind: Found['kind']): Found {
  found.kind = kind;
  return found;
}

/** Rule 11: what gives away the whole process is refused by identity, however it was reached. */
const refused = new Set<unknown>([
  globalThis,
  ...functionConstructors,
  Function.prototype,
  Function.prototype.call,
  Function.prototype.apply,
  Function.prototype.bind,
  eval,
  Object,
  Object.prototype,
  Reflect,
  Proxy,
  ...['WebAssembly', 'process', 'require', 'module', 'Worker', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'clearTimeout', 'clearInterval', 'clearImmediate'].map(
    (name) => (globalThis as unknown as Record<string, unknown>)[name], // some are accessors of the global object
  ),
]);
refused.delete(undefined);

/** Whether a value is never given to a peer. */
export function isRefusedValue(value: unknown): boolean {
  return refused.has(value);
}

/** Adds to what is never given to a peer. */
export function refuseValues(values: Iterable<unknown>): void {
  for (const value of values) if ((typeof value === 'object' && value !== null) || typeof value === 'function') refused.add(value);
}
