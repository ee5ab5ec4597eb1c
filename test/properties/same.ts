/** Compares two graphs by structure and identity: what is one object on one side must be one object on the other. */
import { isRemote } from '@remoteobj/core';

/** Which object of one side is which of the other. */
export class Twins {
  readonly #there = new Map<unknown, unknown>();
  readonly #here = new Map<unknown, unknown>();

  /** Whether two objects may be each other's twins; `known`: they were compared before. */
  pair(here: unknown, there: unknown): 'new' | 'known' | 'different' {
    if (!this.#there.has(here) && !this.#here.has(there)) {
      this.#there.set(here, there);
      this.#here.set(there, here);
      return 'new';
    }
    return this.#there.get(here) === there && this.#here.get(there) === here ? 'known' : 'different';
  }

  get here(): unknown[] {
    return [...this.#there.keys()];
  }

  get there(): unknown[] {
    return [...this.#there.values()];
  }
}

/**
 * Where two values differ, as a path and what is there; undefined: nowhere. With `references`, what stays on its own side is a remote on the
 * other, always the same one; without, both are objects of this side.
 */
export function difference(here: unknown, there: unknown, references?: Twins): string | undefined {
  const twins = new Twins();
  return compare(here, there, 'it');

  function compare(one: unknown, other: unknown, path: string): string | undefined {
    if (references !== undefined && staysHere(one)) {
      if (!isRemote(other)) return `${path} should be a remote`;
      return references.pair(one, other) === 'different' ? `${path} is a remote of another object` : undefined;
    }
    if (typeof one !== 'object' || one === null)
      return Object.is(one, other) ? undefined : `${path}: ${print(one)} here, ${print(other)} there`;
    if (typeof other !== 'object' || other === null) return `${path}: an object here, ${print(other)} there`;
    const met = twins.pair(one, other);
    if (met !== 'new') return met === 'known' ? undefined : `${path} is another object than before`;
    if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return `the class of ${path}`;
    if (Object.isFrozen(one) !== Object.isFrozen(other) && references === undefined) return `whether ${path} is frozen`;
    return inside(members(one), members(other), path);
  }

  function inside(ones: unknown[], others: unknown[], path: string): string | undefined {
    if (ones.length !== others.length)
      return `the size of ${path}: ${ones.map(print).join()} here, ${others.map(print).join()} there`;
    for (const [i, part] of ones.entries()) {
      const found = compare(part, others[i], `${path}[${print(ones[i - (i % 2)])}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** A copy of a result as it crosses, taken before anything else is done to the object. */
export function snapshot(value: unknown, copies = new Map<unknown, unknown>()): unknown {
  if (typeof value !== 'object' || value === null || staysHere(value)) return value;
  if (copies.has(value)) return copies.get(value);
  const copy: object = value instanceof Map ? new Map() : Array.isArray(value) ? [] : {};
  copies.set(value, copy);
  if (value instanceof Map) {
    for (const [key, item] of value) (copy as Map<unknown, unknown>).set(snapshot(key, copies), snapshot(item, copies));
    return copy;
  }
  if (Array.isArray(value)) (copy as unknown[]).length = value.length;
  for (const [key, item] of Object.entries(value)) (copy as Record<string, unknown>)[key] = snapshot(item, copies);
  return copy;
}

const copied = new Set<unknown>([Object.prototype, Array.prototype, Map.prototype]);

/** Functions, instances of classes and iterators go by reference. */
function staysHere(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && !copied.has(Object.getPrototypeOf(value));
}

/** Keys and values in turn, in their order; of an array its length, too. */
function members(object: object): unknown[] {
  const items = object instanceof Map ? [...object] : [];
  const length = Array.isArray(object) ? ['length', object.length] : [];
  return [...length, ...items.flat(1), ...Object.entries(object).flat(1)];
}

function print(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? 'an object'
    : Object.is(value, -0)
      ? '-0'
      : `${typeof value} ${String(value)}`;
}
