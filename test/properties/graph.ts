/** Random object graphs: made from a description, so that two of them are twins. */
import { fc } from '../support/properties.js';

/** An error of a class that the other side does not know. */
class Refusal extends RangeError {}

/** What was handed to `keep`, by the object that it was handed to. */
export const kept: WeakMap<object, readonly unknown[]> = new WeakMap();

class Base {
  [name: string]: unknown;
  get title(): string {
    return `base of ${Object.keys(this).length}`;
  }
  get sum(): unknown {
    return this['a'];
  }
  set sum(value: unknown) {
    this['a'] = value;
  }
  describe(mark: unknown): unknown[] {
    return ['base', mark, this['b']];
  }
  put(key: unknown, value: unknown): unknown {
    return (this[String(key).slice(0, 8) || 'empty'] = value);
  }
  self(): this {
    return this;
  }
  part(name: unknown = 'a'): unknown {
    return this[String(name)] ?? this;
  }
  fail(thrown: unknown): never {
    throw thrown;
  }
  refuse(why: unknown): never {
    throw new Refusal(`refused: ${JSON.stringify(why)}`);
  }
  async later(value: unknown): Promise<unknown> {
    await Promise.resolve();
    return value;
  }
  async failLater(why: unknown): Promise<never> {
    await Promise.resolve();
    throw new RangeError(`failed: ${typeof why}`);
  }
  keep(...values: unknown[]): void {
    kept.set(this, values);
  }
}

class Leaf extends Base {
  override get sum(): unknown {
    return [super.sum, this['b']];
  }
  override set sum(value: unknown) {
    super.sum = [value];
  }
  override describe(mark: unknown): unknown[] {
    return ['leaf', ...super.describe(mark)];
  }
  get Kind(): typeof Leaf {
    return Leaf;
  }
  get Parent(): typeof Base {
    return Base;
  }
  *walk(): Generator<unknown> {
    try {
      yield* Object.values(this);
      if (this['c'] === undefined) throw new RangeError('nothing named c');
      for (let n = 0; ; n++) yield n;
    } finally {
      if (Object.isExtensible(this)) this['walks'] = Number(this['walks'] ?? 0) + 1;
    }
  }
}

/** For `passTo`: names a function of this module. */
export function gist(value: unknown, more: unknown): unknown[] {
  if (value === undefined) throw new TypeError('there is no gist of undefined');
  return [typeof value, value, more];
}

/** Names of members with data; keys, where they are no identifiers. */
export const fields: readonly string[] = ['a', 'b', 'c', '0', '1', 'two words'];

/** A value that crosses as a copy. */
export const plain: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer({ min: -2, max: 5 }),
  fc.constantFrom<unknown>(-0, NaN, 1e300, 5n, true, null, undefined, '', 'a', 'text', '\u{1f600}'),
  fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 }), { maxKeys: 2, noNullPrototype: true }),
);

const member = fc.record({ to: fc.option(fc.nat({ max: 6 }), { freq: 3 }), value: plain });
const node = fc.record({
  kind: fc.oneof(
    { weight: 3, arbitrary: fc.constant('leaf' as const) },
    fc.constantFrom('object' as const, 'array' as const, 'map' as const),
  ),
  frozen: fc.integer({ min: 0, max: 15 }).map((n) => n === 15),
  members: fc
    .tuple(fc.subarray([...fields], { minLength: 2 }), fc.tuple(member, member, member, member, member, member))
    .map(([names, values]) => names.map((name, i) => ({ name, ...(values[i] as (typeof values)[0]) }))),
});
export type Node = typeof node extends fc.Arbitrary<infer T> ? T : never;

/** Parts whose members lead to values or to parts by number, also to themselves and to earlier ones. The first, the root, is an instance. */
export const graph: fc.Arbitrary<Graph> = fc
  .array(node, { minLength: 1, maxLength: 7, size: 'max' })
  .map(([root, ...parts]) => [{ ...(root as Node), kind: 'leaf' }, ...parts]);
export type Graph = readonly Node[];

/** Makes the objects of a description; gives the root. */
export function build(parts: Graph): Base {
  const made = parts.map(({ kind }) => new makers[kind]() as Base);
  parts.forEach(({ frozen, members }, i) => {
    const object: object = made[i] as Base;
    for (const { name, to, value } of members) {
      const given = to === null ? structuredClone(value) : made[to % made.length];
      if (object instanceof Map) object.set(name, given);
      else if (Array.isArray(object)) object.push(given);
      else (object as Base)[name] = given;
    }
    if (frozen) Object.freeze(object);
  });
  return made[0] as Base;
}

const makers = { leaf: Leaf, object: Object, array: Array, map: Map };
const texts = { leaf: 'new Leaf()', object: '{}', array: '[]', map: 'new Map()' };

/** The description as code: first the parts, then what leads from one to another. */
export function printGraph(parts: Graph): string {
  const made = parts.map(({ kind }, i) => `const n${i} = ${texts[kind]};`);
  const filled = parts.flatMap(({ kind, frozen, members }, i) => [
    ...members.map(({ name, to, value }) => {
      const given = to === null ? fc.stringify(value) : `n${to % parts.length}`;
      if (kind === 'map') return `n${i}.set('${name}', ${given});`;
      return kind === 'array' ? `n${i}.push(${given});` : `n${i}['${name}'] = ${given};`;
    }),
    ...(frozen ? [`Object.freeze(n${i});`] : []),
  ]);
  return [...made, ...filled].join('\n');
}
