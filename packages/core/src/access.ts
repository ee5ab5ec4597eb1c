import { ProtocolError } from '@remoteobj/except';
import type { BrandMember } from './brand-members.js';
import { brandOf, isBrandKey } from './brands.js';
import { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, isWellFormed, SafeSet } from './intrinsics.js';
import { isOpen } from './listed.js';
import type { Policy } from './policy.js';
import { intrinsicPrototypes, isBuiltIn, isRoot, rootPrototype } from './realm.js';

/** Where a member was found. One record is used again and again: read it before anything else is asked. */
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
const denied = new SafeSet([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
  'then',
]);
const deniedOnFunctions = new SafeSet(['call', 'apply', 'bind', 'caller', 'callee', 'arguments']);

/**
 * The access rule: which member of `holder` the name leads to. Every operation of every path asks here.
 *
 * Runs no code of the user but traps of a Proxy: a member is found by its descriptor, never by reading. `up` starts the walk so many
 * classes above the object's own, for `super`. Throws `ProtocolError` for a name that can be none.
 */
export function resolve(holder: unknown, key: string, policy: Policy, up = 0): Found {
  if (!isName(key)) throw new ProtocolError('a member name must be a well-formed string of 1 to 256 characters');
  if (isDenied(holder, key, policy)) return conclude('denied');
  if (holder === null || holder === undefined) return conclude('missing');
  const exposed = policy.mode === 'exposed';
  const descriptor = find(holder, key, up);
  // Read at once: a trap that runs below may ask the rule about something else.
  const owner = lastOwner;
  const stop = lastStop;
  if (descriptor !== undefined) {
    const isData = hasOwn(descriptor, 'value');
    if (isHiddenCallee(key, descriptor, owner === holder)) return conclude('denied');
    if (exposed && !isOpen(holder, key, policy, isData, owner === holder)) return conclude('denied');
    return conclude(isData ? 'data' : 'accessor', descriptor, owner);
  }
  const brand = stop !== undefined && isBrandKey(key) ? brandOf(holder, stop)?.get(key) : undefined;
  if (brand === undefined) return conclude(exposed ? 'denied' : 'missing');
  if (exposed && !brand.exposed) return conclude('denied');
  return conclude('brand', undefined, undefined, brand);
}

/** Whether a string can name a member. */
export function isName(key: string): boolean {
  return typeof key === 'string' && key.length > 0 && key.length <= 256 && isWellFormed(key);
}

/** Whether the name is refused without looking at the object's members. */
function isDenied(holder: unknown, key: string, policy: Policy): boolean {
  return (
    denied.has(key) ||
    (typeof holder === 'function' && deniedOnFunctions.has(key)) ||
    (key[0] === '_' && !policy.privateNames)
  );
}

/** An `arguments` object gives away its function; a field of that name that somebody wrote is enumerable. */
function isHiddenCallee(key: string, descriptor: PropertyDescriptor, isOwn: boolean): boolean {
  return key === 'callee' && isOwn && descriptor.enumerable === false;
}

/** The object on which `find` found the member. */
let lastOwner: unknown;
/** What ended a walk without a hit, where the table of brands comes next; undefined: there is nothing to ask it. */
let lastStop: unknown;

/** The first hit of the walk; what the language's own prototypes hold is left to the table of brands. */
function find(holder: NonNullable<unknown>, key: string, up: number): PropertyDescriptor | undefined {
  if (typeof holder !== 'object' && typeof holder !== 'function') return findOnPrimitive(holder, key, up);
  // Its class is the first above an object, while a class is itself the place of its static members.
  let skip = up === 0 ? 0 : typeof holder === 'function' ? up : up + 1;
  let object: object = holder;
  for (let hops = 0; hops <= mostHops; hops++) {
    // No kind: a prototype itself, super of the language's own classes, and what is nothing but an object.
    const isKind = hops > 0 && skip === 0 && object !== rootPrototype;
    if (intrinsicPrototypes.has(object)) return missed(isKind ? object : undefined);
    const next = getPrototypeOf(object) as object | null;
    if (next === null && isRoot(object)) return missed(isKind ? object : undefined);
    if (skip > 0) {
      skip--;
    } else {
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (descriptor !== undefined) {
        if (object !== holder && isBuiltIn(object)) return missed(object);
        lastOwner = object;
        lastStop = undefined;
        return descriptor;
      }
    }
    if (next === null) return missed(skip > 0 ? undefined : object);
    object = next;
  }
  return missed(undefined);
}

/** Index and length are a string's own. */
function findOnPrimitive(holder: NonNullable<unknown>, key: string, up: number): PropertyDescriptor | undefined {
  const descriptor = typeof holder === 'string' && up === 0 ? getOwnPropertyDescriptor(holder, key) : undefined;
  if (descriptor === undefined) return missed(up === 0 ? holder : undefined);
  lastOwner = holder;
  lastStop = undefined;
  return descriptor;
}

function missed(stop: unknown): undefined {
  lastOwner = undefined;
  lastStop = stop;
  return undefined;
}

function conclude(kind: Found['kind'], descriptor?: PropertyDescriptor, owner?: unknown, brand?: BrandMember): Found {
  found.kind = kind;
  found.descriptor = descriptor;
  found.owner = owner;
  found.brand = brand;
  return found;
}
