import { AccessDeniedError } from '@remoteobj/except';
import { isError } from '@remoteobj/except/internal';
import { isName, resolve } from './access.js';
import { isFunctionMember } from './function-members.js';
import {
  apply,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  isExtensible,
  objectKeys,
  SafeSet,
} from './intrinsics.js';
import { isNamespace, isPrototypeObject } from './listed.js';
import type { Policy } from './policy.js';
import { isShared } from './realm.js';

/** What is done with members once the access rule has found them. `text` gives the chain so far, for errors only. */
export type Text = () => string;

/** The value of a member; an accessor runs with the holder as `this`. */
export function getMember(holder: unknown, key: string, policy: Policy, text: Text, up = 0): unknown {
  const found = resolve(holder, key, policy, up);
  switch (found.kind) {
    case 'data':
      return found.descriptor?.value as unknown;
    case 'accessor':
      return found.descriptor?.get === undefined ? undefined : (apply(found.descriptor.get, holder, []) as unknown);
    case 'brand':
      return found.brand?.kind === 'getter' ? apply(found.brand.fn, holder, []) : found.brand?.fn;
    case 'missing':
      if (holder === null || holder === undefined)
        throw nullish(`read properties of ${holder} (reading '${key}')`, text);
      return undefined;
    case 'denied':
      throw deniedError(key, text, policy.mode === 'trusted' && isFunctionMember(key) ? callItself : '');
    default:
      return found.kind satisfies never;
  }
}

/** Assigns as a strict `holder[key] = value` would, as far as the rule lets it. */
export function setMember(holder: unknown, key: string, value: unknown, policy: Policy, text: Text, up = 0): void {
  const { kind, descriptor, owner, brand } = resolve(holder, key, policy, up);
  if (kind === 'denied' || neverReplaced.has(key)) throw deniedError(key, text);
  if (holder === null || holder === undefined) throw nullish(`set properties of ${holder} (setting '${key}')`, text);
  if (typeof holder !== 'object' && typeof holder !== 'function') {
    throw new TypeError(`Cannot create property '${key}' on ${text()}, which is a ${typeof holder}`);
  }
  if (isUntouchable(holder)) throw untouchableError(holder, key, policy, text);
  if (kind === 'accessor' ? descriptor?.set === undefined : brand?.kind === 'getter' && !isError(holder)) {
    throw new TypeError(`Cannot set property ${key} of ${text()} which has only a getter`);
  }
  if (kind === 'accessor') {
    apply(descriptor?.set as (value: unknown) => void, holder, [value]);
    return;
  }
  // A stranger neither shadows what a class provides, nor replaces a function that others call.
  if (policy.mode === 'exposed' && (owner !== holder || typeof descriptor?.value === 'function'))
    throw deniedError(key, text);
  const own = owner === holder ? descriptor : getOwnPropertyDescriptor(holder, key);
  if (descriptor?.writable === false || (own !== undefined && own.writable !== true)) {
    throw new TypeError(`Cannot assign to read only property '${key}' of ${text()}`);
  }
  if (own === undefined && !isExtensible(holder))
    throw new TypeError(`Cannot add property ${key}, ${text()} is not extensible`);
  const change = own === undefined ? { value, writable: true, enumerable: true, configurable: true } : { value };
  if (!defineProperty(holder, key, change)) throw new TypeError(`Cannot assign to '${key}' of ${text()}`);
}

/** Deletes an own member; true also when there is none. Throws TypeError where a strict `delete` would. */
export function deleteMember(holder: unknown, key: string, policy: Policy, text: Text): boolean {
  const { kind, owner, descriptor } = resolve(holder, key, policy);
  if (kind === 'denied') throw deniedError(key, text);
  if (holder === null || holder === undefined) throw nullish('convert undefined or null to object', text);
  if (typeof holder !== 'object' && typeof holder !== 'function') {
    if (descriptor !== undefined) throw new TypeError(`Cannot delete property '${key}' of ${text()}`);
    return true;
  }
  if (isUntouchable(holder)) throw untouchableError(holder, key, policy, text);
  if (owner !== holder) return true;
  if (policy.mode === 'exposed' && typeof descriptor?.value === 'function') throw deniedError(key, text);
  if (!deleteProperty(holder, key)) throw new TypeError(`Cannot delete property '${key}' of ${text()}`);
  return true;
}

/** `key in holder`; what is denied is not there. */
export function hasMember(holder: unknown, key: string, policy: Policy, text: Text, up = 0): boolean {
  const { kind } = resolve(holder, key, policy, up);
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) {
    throw new TypeError(`Cannot use 'in' operator to search for '${key}' in ${text()}, which is no object`);
  }
  return kind !== 'missing' && kind !== 'denied';
}

/** Own enumerable string keys that the rule lets through. */
export function listKeys(holder: unknown, policy: Policy, text: Text): string[] {
  if (holder === null || holder === undefined) throw nullish('convert undefined or null to object', text);
  const names = objectKeys(holder);
  const reachable: string[] = [];
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    if (!isName(name)) continue;
    const { kind } = resolve(holder, name, policy);
    if (kind !== 'missing' && kind !== 'denied') reachable[reachable.length] = name;
  }
  return reachable;
}

/** `length`, `size` or `byteLength`, whichever the object has first. */
export function lengthOf(holder: unknown, policy: Policy, text: Text): number {
  if (holder === null || holder === undefined) throw nullish(`read properties of ${holder} (reading 'length')`, text);
  for (let i = 0; i < lengths.length; i++) {
    const key = lengths[i] as string;
    const { kind } = resolve(holder, key, policy);
    if (kind === 'missing' || kind === 'denied') continue;
    const value = getMember(holder, key, policy, text);
    if (typeof value === 'number') return value;
  }
  throw policy.mode === 'exposed'
    ? deniedError('length', text)
    : new TypeError(`${text()} has no length, size or byteLength`);
}

const lengths = ['length', 'size', 'byteLength'];

/** The refusal; for strangers the same whether the name is missing or denied. */
export function deniedError(key: string, text: Text, remedy = ''): AccessDeniedError {
  return new AccessDeniedError(`'${key}' of ${text()} cannot be reached from outside${remedy}`, { executed: 'no' });
}

/** What `call`, `apply` and `bind` are wanted for can be had; only functions are denied them. */
const callItself = ': call the function itself, or await it first, which gives a remote that has these';

/** Why what belongs to everybody stays as it is; strangers are not told. */
function untouchableError(holder: object, key: string, policy: Policy, text: Text): AccessDeniedError {
  if (policy.mode === 'exposed') return deniedError(key, text);
  const [what, remedy] = isNamespace(holder)
    ? ['an export of a module', 'export a function that changes it']
    : ['a member of a function or of an object that all share', 'pass a function that changes it'];
  return new AccessDeniedError(
    `'${key}' of ${text()} cannot be changed from outside, because it is ${what}: ${remedy}`,
    {
      executed: 'no',
    },
  );
}

function nullish(what: string, text: Text): TypeError {
  return new TypeError(`Cannot ${what}, at ${text()}`);
}

/** What the language calls by itself, when it prints or encodes an object. */
const neverReplaced = new SafeSet(['toJSON', 'valueOf', 'toString']);

/** Functions, module namespaces, prototype objects and the language's own are shared by everybody: no peer changes them. */
function isUntouchable(holder: object): boolean {
  return typeof holder === 'function' || isShared(holder) || isNamespace(holder) || isPrototypeObject(holder);
}
