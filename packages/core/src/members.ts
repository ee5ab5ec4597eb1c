import { AccessDeniedError } from '@remoteobj/except';
import { isError } from '@remoteobj/except/internal';
import { isNamespace, isPrototypeObject, isRefusedValue, resolve } from './access.js';
import { functionTakers } from './brands.js';
import { apply, construct, defineProperty, isExtensible } from './intrinsics.js';
import type { Policy } from './policy.js';

/** What is done with members once the access rule has found them. `text` gives the chain so far, for errors only. */
type Text = () => string;

/** The value of a member; an accessor runs with the holder as `this`. */
export function getMember(holder: unknown, key: string, policy: Policy, text: Text, up = 0): unknown {
  if (holder === null || holder === undefined) throw new TypeError(`Cannot read properties of ${holder} (reading '${key}'), at ${text()}`);
  const found = resolve(holder, key, policy, up);
  switch (found.kind) {
    case 'data':
      return found.descriptor?.value as unknown;
    case 'accessor':
      return found.descriptor?.get === undefined ? undefined : (apply(found.descriptor.get, holder, []) as unknown);
    case 'brand':
      return found.brand?.kind === 'getter' ? apply(found.brand.fn, holder, []) : found.brand?.fn;
    case 'missing':
      return undefined;
    case 'denied':
      throw deniedError(key, text);
    default:
      return found.kind satisfies never;
  }
}

/** Assigns as a strict `holder[key] = value` would, as far as the rule lets it. */
export function setMember(holder: unknown, key: string, value: unknown, policy: Policy, text: Text, up = 0): void {
  if (holder === null || holder === undefined) throw new TypeError(`Cannot set properties of ${holder} (setting '${key}'), at ${text()}`);
  const { kind, descriptor, owner, brand } = resolve(holder, key, policy, up);
  if (kind === 'denied' || neverReplaced.has(key)) throw deniedError(key, text);
  if (typeof holder !== 'object' && typeof holder !== 'function') {
    throw new TypeError(`Cannot create property '${key}' on ${typeof holder} '${String(holder)}', at ${text()}`);
  }
  if (isUntouchable(holder)) throw deniedError(key, text);
  if (brand?.kind === 'getter' && !isError(holder)) throw new TypeError(`Cannot set property ${key} of ${text()} which has only a getter`);
  if (kind === 'accessor') {
    if (descriptor?.set === undefined) throw new TypeError(`Cannot set property ${key} of ${text()} which has only a getter`);
    apply(descriptor.set, holder, [value]);
    return;
  }
  if (policy.mode === 'exposed' && owner !== holder) throw deniedError(key, text); // never shadows what a class provides
  if (descriptor !== undefined && descriptor.writable === false) throw new TypeError(`Cannot assign to read only property '${key}' of ${text()}`);
  if (kind === 'data' && owner === holder) {
    defineProperty(holder, key, { value });
  } else {
    if (!isExtensible(holder)) throw new TypeError(`Cannot add property ${key}, ${text()} is not extensible`);
    defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** Deletes an own member; true also when there is none. */
export function deleteMember(holder: unknown, key: string, policy: Policy, text: Text): boolean {
  if (holder === null || holder === undefined) throw new TypeError(`Cannot convert undefined or null to object, at ${text()}`);
  const { kind, owner, descriptor } = resolve(holder, key, policy);
  if (kind === 'denied') throw deniedError(key, text);
  if (typeof holder === 'string' && descriptor !== undefined) throw new TypeError(`Cannot delete property '${key}' of ${text()}`);
  if (typeof holder !== 'object' && typeof holder !== 'function') return true;
  if (isUntouchable(holder)) throw deniedError(key, text);
  if (owner !== holder) return true;
  if (!Reflect.deleteProperty(holder, key)) throw new TypeError(`Cannot delete property '${key}' of ${text()}`);
  return true;
}

/** `key in holder`; what is denied is not there. */
export function hasMember(holder: unknown, key: string, policy: Policy, text: Text, up = 0): boolean {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) {
    throw new TypeError(`Cannot use 'in' operator to search for '${key}' in ${text()}, which is no object`);
  }
  const { kind } = resolve(holder, key, policy, up);
  return kind !== 'missing' && kind !== 'denied';
}

/** Own enumerable string keys that the rule lets through. */
export function listKeys(holder: unknown, policy: Policy, text: Text): string[] {
  if (holder === null || holder === undefined) throw new TypeError(`Cannot convert undefined or null to object, at ${text()}`);
  const keys = Object.keys(holder);
  return keys.filter((key) => {
    if (key === '' || key.length > 256 || !key.isWellFormed()) return false;
    const { kind } = resolve(holder, key, policy);
    return kind !== 'missing' && kind !== 'denied';
  });
}

/** `length`, `size` or `byteLength`, whichever the object has first. */
export function lengthOf(holder: unknown, policy: Policy, text: Text): number {
  if (holder === null || holder === undefined) throw new TypeError(`Cannot read properties of ${holder} (reading 'length'), at ${text()}`);
  for (const key of ['length', 'size', 'byteLength']) {
    const { kind } = resolve(holder, key, policy);
    if (kind === 'missing' || kind === 'denied') continue;
    const value = getMember(holder, key, policy, text);
    if (typeof value === 'number') return value;
  }
  throw policy.mode === 'exposed' ? deniedError('length', text) : new TypeError(`${text()} has no length, size or byteLength`);
}

/** Calls with the previous step's holder as `this`. `isForeign` tells functions of the other side. */
export function callFunction(fn: unknown, self: unknown, args: unknown[], policy: Policy, text: Text, isForeign: (value: unknown) => boolean): unknown {
  if (typeof fn !== 'function') throw policy.mode === 'exposed' ? deniedError('call', text) : new TypeError(`${text()} is not a function`);
  if (isRefusedValue(fn)) throw deniedError('call', text);
  if (functionTakers.has(fn) && args.some(isForeign)) {
    throw new AccessDeniedError(
      `${text()}: a callback of the caller would return a promise for each element; pass a function of that side (remoteModule(url).name), or fetch the array first`,
      { executed: 'no' },
    );
  }
  return apply(fn, self, args) as unknown;
}

/** `new fn(...args)`: classes of trusted peers' own, or listed with the name 'constructor'. */
export function constructObject(fn: unknown, args: unknown[], policy: Policy, text: Text): unknown {
  if (policy.mode === 'exposed' && !(typeof fn === 'function' && policy.members.get(fn)?.has('constructor'))) throw deniedError('new', text);
  if (typeof fn !== 'function') throw new TypeError(`${text()} is not a constructor`);
  if (isRefusedValue(fn)) throw deniedError('new', text);
  try {
    return construct(fn, args) as unknown;
  } catch (error) {
    if (error instanceof TypeError && !isConstructor(fn)) throw new TypeError(`${text()} is not a constructor`);
    throw error;
  }
}

function isConstructor(fn: object): boolean {
  try {
    construct(Object, [], fn as never);
    return true;
  } catch {
    return false;
  }
}

/** The refusal; for strangers the same whether the name is missing or denied. */
function deniedError(key: string, text: Text): AccessDeniedError {
  return new AccessDeniedError(`'${key}' of ${text()} cannot be reached from outside`, { executed: 'no' });
}

const neverReplaced = new Set(['toJSON', 'valueOf', 'toString']);

/** Functions, module namespaces and prototype objects are shared by everybody: nobody changes them from outside. */
function isUntouchable(holder: object): boolean {
  return typeof holder === 'function' || isNamespace(holder) || isPrototypeObject(holder);
}
