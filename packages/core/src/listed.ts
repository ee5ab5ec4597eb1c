import { isError } from '@remoteobj/except/internal';
import { getOwnPropertyDescriptor, getPrototypeOf, isArray, isView, SafeSet } from './intrinsics.js';
import { exposedMembers, type Policy } from './policy.js';
import { isRoot, rootPrototype } from './realm.js';

/** What an `exposed` server opens to strangers: own data of plain objects and the like, and whatever is listed. */

/** Whether a stranger may reach the member that was found. */
export function isOpen(holder: unknown, key: string, policy: Policy, isData: boolean, isOwn: boolean): boolean {
  if (isData && isOwn && isOpenData(holder, key, policy)) return true;
  if (isData && openOfErrors.has(key) && isError(holder)) return true;
  return isListed(holder, key, policy);
}

/** Whether the server listed this member for the object's class, or a class above. */
export function isListed(holder: unknown, key: string, policy: Policy): boolean {
  return anyClass(holder, (Class) => lists(Class, key, policy));
}

/** Whether the server listed anything for this class, or a class above: only then may strangers make instances. */
export function isListedClass(Class: object, policy: Policy): boolean {
  return anyClass(Class, (each) => policy.members.has(each) || staticList(each) !== undefined);
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

const openOfErrors = new SafeSet(['name', 'message', 'code', 'cause', 'errors']);

function isOpenData(holder: unknown, key: string, policy: Policy): boolean {
  if (typeof holder === 'string') return true;
  if (typeof holder !== 'object' || holder === null) return false;
  if (isArray(holder)) return key === 'length' || isIndex(key);
  if (isView(holder)) return isIndex(key);
  if (isPrototypeObject(holder)) return false;
  const prototype = getPrototypeOf(holder) as object | null;
  if (prototype === null) return !isNamespace(holder) || policy.roots.has(holder);
  return prototype === rootPrototype || (getPrototypeOf(prototype) === null && isRoot(prototype));
}

function isIndex(key: string): boolean {
  const index = +key >>> 0;
  return `${index}` === key && index !== 2 ** 32 - 1;
}

/** Asks of a class and those above it; of an object: of its class. An own `constructor` proves nothing, anybody can write one. */
function anyClass(holder: unknown, ask: (Class: object) => boolean): boolean {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) return false;
  let object: object | null = typeof holder === 'function' ? holder : (getPrototypeOf(holder) as object | null);
  for (let hops = 0; object !== null && hops <= 32; hops++) {
    const Class: unknown =
      typeof holder === 'function' ? object : getOwnPropertyDescriptor(object, 'constructor')?.value;
    if (typeof Class === 'function' && ask(Class)) return true;
    object = getPrototypeOf(object) as object | null;
  }
  return false;
}

function lists(Class: object, key: string, policy: Policy): boolean {
  if (policy.members.get(Class)?.has(key) === true) return true;
  const list = staticList(Class);
  for (let i = 0; list !== undefined && i < list.length; i++) if (list[i] === key) return true;
  return false;
}

function staticList(Class: object): readonly unknown[] | undefined {
  const list: unknown = getOwnPropertyDescriptor(Class, exposedMembers)?.value;
  return isArray(list) ? list : undefined;
}
