import { Special } from './special.js';

/** How built-ins without parts cross; `pack` packs a text. */
export function leafSpecial(
  kind: 'date' | 'regexp' | 'url',
  value: object,
  pack: (text: string) => unknown,
): readonly unknown[] {
  if (kind === 'date') return [Special.date, Date.prototype.getTime.call(value)];
  if (kind === 'url') return [Special.url, Reflect.apply(href, value, [])];
  return [
    Special.regexp,
    pack(Reflect.apply(source, value, [])),
    Reflect.apply(flags, value, []),
    (value as RegExp).lastIndex,
  ];
}

/** What is in a Map, key and value in turn, or in a Set; whatever the object's own methods say. */
export function itemsOf(kind: 'map' | 'set', value: object): unknown[] {
  if (kind === 'set') return [...setValues.call(value)];
  const items: unknown[] = [];
  mapForEach.call(value, (item, name) => items.push(name, item));
  return items;
}

const href = typeof URL === 'function' ? getter<string>(URL.prototype, 'href') : (): string => '';
const source = getter<string>(RegExp.prototype, 'source');
const flags = getter<string>(RegExp.prototype, 'flags');

/** What reads a built-in's contents, whatever a subclass says. */
function getter<T>(prototype: object, name: string): () => T {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as () => T;
}

const mapForEach = Map.prototype.forEach as (this: unknown, callback: (value: unknown, key: unknown) => void) => void;
const setValues = Set.prototype.values as (this: unknown) => IterableIterator<unknown>;
