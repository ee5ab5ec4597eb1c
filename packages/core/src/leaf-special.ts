import { Special } from './special.js';

/** How built-ins without parts cross. */
export function leafSpecial(kind: 'date' | 'regexp' | 'url', value: object): readonly unknown[] {
  if (kind === 'date') return [Special.date, Date.prototype.getTime.call(value)];
  if (kind === 'url') return [Special.url, (value as URL).href];
  const { source, flags, lastIndex } = value as RegExp;
  return [Special.regexp, source, flags, lastIndex];
}

/** What is in a Map, key and value in turn, or in a Set; whatever the object's own methods say. */
export function itemsOf(kind: 'map' | 'set', value: object): unknown[] {
  if (kind === 'set') return [...setValues.call(value)];
  const items: unknown[] = [];
  mapForEach.call(value, (item, name) => items.push(name, item));
  return items;
}

const mapForEach = Map.prototype.forEach as (this: unknown, callback: (value: unknown, key: unknown) => void) => void;
const setValues = Set.prototype.values as (this: unknown) => IterableIterator<unknown>;
