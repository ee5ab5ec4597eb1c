import { createContext, runInContext } from 'node:vm';
import { byReference, byValue, connectionOf, defineType, isRemote, transfer, UnserializableError } from 'remoteobj';
import { pair, type Pair, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

/** Keeps what it gets, so that both directions are seen. */
class Echo {
  last: unknown;
  echo(value: unknown): unknown {
    this.last = value;
    return value;
  }
  first(value: unknown): unknown {
    this.last = value;
    return undefined;
  }
  take(): unknown {
    return this.last;
  }
}

/** What arrives over there, and what comes back of it. */
async function both<V>(value: V): Promise<[V, V]> {
  const echo = new Echo();
  const { any: remote, close } = await pair(echo);
  const back = (await remote.echo(value)) as V;
  await close();
  return [echo.last as V, back];
}

const here = new URL('https://user@example.org:8080/p?q=1#h');

const values: readonly (readonly [string, () => unknown])[] = [
  ['null', () => null],
  ['undefined', () => undefined],
  ['true', () => true],
  ['false', () => false],
  ...[
    0,
    1,
    -1,
    127,
    128,
    255,
    65_535,
    65_536,
    -32_769,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
    2 ** 53 - 1,
    -(2 ** 53) + 1,
    0.1,
    1.5,
    1e300,
    5e-324,
    Infinity,
    -Infinity,
    NaN,
  ].map((number) => [`the number ${number}`, () => number] as const),
  ...[0n, 1n, -1n, 2n ** 63n, -(2n ** 64n), 10n ** 200n].map(
    (number) => [`the bigint ${String(number).slice(0, 30)}`, () => number] as const,
  ),
  ...['', 'a', 'ÄÖ漢字😀', '\0\u0001', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(70_000), '\u2028\ufeff'].map(
    (text) => [`a string of ${text.length} units`, () => text] as const,
  ),
  ['a lone high surrogate', () => 'a\ud800b'],
  ['a lone low surrogate', () => '\udc00'],
  ['an empty object', () => ({})],
  ['an empty array', () => []],
  ['a nested object', () => ({ a: { b: [{ c: [[], {}, null, undefined] }] } })],
  ['an array of everything small', () => [1, 'two', 3n, null, undefined, true, [4], { five: 5 }]],
  ['a date', () => new Date(1234567890123)],
  ['a date before 1970', () => new Date(-1)],
  ['an invalid date', () => new Date(NaN)],
  ['a regexp', () => /a(?<n>b)\/[^/]/giu],
  ['a URL', () => here],
  [
    'a map',
    () =>
      new Map<unknown, unknown>([
        ['a', 1],
        [1, 'a'],
        [{ deep: true }, new Set([1])],
        [NaN, undefined],
        [null, -1],
      ]),
  ],
  ['an empty map', () => new Map()],
  ['a set', () => new Set<unknown>(['a', 1, NaN, undefined, [1]])],
  ['a map of 100,000 keys', () => new Map(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]))],
  ['an object of 100,000 keys', () => Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]))],
  ['an ArrayBuffer', () => Uint8Array.of(1, 2, 3).buffer],
  ['an empty ArrayBuffer', () => new ArrayBuffer(0)],
  ['a Buffer', () => Buffer.from('bytes')],
  ['a DataView', () => new DataView(Uint8Array.of(9, 8, 7).buffer, 1, 2)],
  ...[
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ].map((Class) => [`a ${Class.name}`, () => Class.of(1, 2, 250)] as const),
  ['a BigInt64Array', () => BigInt64Array.of(1n, -(2n ** 63n))],
  ['a BigUint64Array', () => BigUint64Array.of(1n, 2n ** 64n - 1n)],
  ['a Float64Array of NaN and -0', () => Float64Array.of(NaN, -0, Infinity)],
  ['a large Float32Array', () => Float32Array.from({ length: 100_000 }, (_, i) => i / 3)],
  [
    'names that mean something elsewhere',
    () => ({
      constructor: 1,
      toJSON: 2,
      then: 3,
      data: 4,
      type: 'Buffer',
      length: 5,
      prototype: 6,
      hasOwnProperty: 7,
      toString: 'text',
      valueOf: null,
      '': 'empty',
      '0': 'zero',
      'a b': 1,
    }),
  ],
  [
    'what looks like a protocol',
    () => ({ $ref: 1, index: 0, special: [15, 1], Slot: 3, __ref__: 2, '@type': 'x', slot: { index: 0 } }),
  ],
  ['arrays that look like specials', () => [[15, 1], [16, 0], [17, 1], [18, 0, 0, []], [10], [23, 1, 0, null]]],
  [
    'bytes that look like extensions',
    () => [Uint8Array.of(0xc7, 1, 0, 0), Uint8Array.of(0xd4, 0x73, 0), Buffer.from([0xc1])],
  ],
  ['an object with index alone', () => ({ index: 0 })],
];

for (const [name, make] of values) {
  test(`${name} is copied there and back, alone and inside of others`, async () => {
    const value = make();
    const wrapped = {
      plain: value,
      list: [value, [value]],
      map: new Map<unknown, unknown>([['v', make()]]),
      set: new Set([make()]),
    };
    for (const copy of await both(value)) same(copy, value);
    for (const copy of await both(wrapped)) {
      same(copy.plain, value);
      same((copy.list[1] as unknown[])[0], value);
      same(copy.map.get('v'), value);
      same([...copy.set][0], value);
      if (typeof value === 'object') assert.is(copy.plain, copy.list[0], 'shared parts stay shared');
    }
  });
}

test('minus zero keeps its sign', async () => {
  for (const copy of await both([-0, 0, { z: -0 }, new Map([['z', -0]])])) {
    assert.ok(Object.is(copy[0], -0));
    assert.ok(Object.is(copy[1], 0));
    assert.ok(Object.is((copy[2] as { z: number }).z, -0));
    assert.ok(Object.is((copy[3] as Map<string, number>).get('z'), -0));
  }
});

test('cycles and shared parts are kept', async () => {
  interface Node {
    name: string;
    self?: Node;
    list: unknown[];
    map: Map<unknown, unknown>;
    set?: Set<unknown>;
  }
  const node: Node = { name: 'n', list: [], map: new Map() };
  node.self = node;
  node.list.push(node.list, node);
  node.map.set('node', node).set(node.map, node.map);
  node.set = new Set<unknown>([node]);
  node.set.add(node.set);
  const date = new Date(5);
  const shared = { date, again: date, twice: [date] };
  for (const copy of await both(node)) {
    assert.is(copy.self, copy);
    assert.is(copy.list[0], copy.list);
    assert.is(copy.list[1], copy);
    assert.is(copy.map.get('node'), copy);
    assert.is(copy.map.get(copy.map), copy.map);
    assert.ok(copy.set?.has(copy));
    assert.ok(copy.set?.has(copy.set));
  }
  for (const copy of await both(shared)) {
    assert.is(copy.date, copy.again);
    assert.is(copy.date, copy.twice[0]);
  }
});

test('each argument is a value of its own: sharing is kept within one, not between two', async () => {
  const { any: remote, close } = await pair({
    same: (a: object, b: { a: object; again: object[] }) => [a === b.a, b.a === b.again[0]],
  });
  const a = { x: 1 };
  assert.equal(await remote.same(a, { a, again: [a] }), [false, true]);
  await close();
});

test('sparse arrays and arrays with members of their own keep their holes and members', async () => {
  // oxlint-disable-next-line no-sparse-arrays
  const holes = [, 1, , undefined, ,] as unknown[];
  const long: unknown[] = [];
  long[4_000_000_000] = 'far';
  const named = Object.assign([1, 2], { name: 'n', '01': 'no index' });
  for (const copy of await both({ holes, long, named })) {
    assert.is(copy.holes.length, 5);
    assert.equal(Object.keys(copy.holes), ['1', '3']);
    assert.is(copy.long.length, 4_000_000_001);
    assert.is(copy.long[4_000_000_000], 'far');
    assert.equal(Object.keys(copy.named), ['0', '1', 'name', '01']);
    assert.is(copy.named.name, 'n');
  }
});

test('views at offsets arrive with their own bytes only', async () => {
  const buffer = new ArrayBuffer(64);
  new Uint8Array(buffer).forEach((_, i, all) => (all[i] = i));
  const views = {
    floats: new Float64Array(buffer, 8, 2),
    words: new Uint16Array(buffer, 2, 3),
    data: new DataView(buffer, 3, 5),
    buffer: Buffer.from(buffer, 5, 4),
  };
  for (const copy of await both(views)) {
    assert.equal([...copy.words], [...views.words]);
    assert.equal(
      [...new Uint8Array(copy.floats.buffer, copy.floats.byteOffset, 16)],
      Array.from({ length: 16 }, (_, i) => i + 8),
    );
    assert.is(copy.floats.length, 2);
    assert.equal([copy.data.byteLength, copy.data.getUint8(0), copy.data.getUint8(4)], [5, 3, 7]);
    assert.equal([...copy.buffer], [5, 6, 7, 8]);
    assert.ok(copy.words.buffer.byteLength < 64, 'the bytes around it stay here');
  }
});

test('bytes are copied: a change here is not seen there, nor the other way round', async () => {
  for (const size of [8, 100_000]) {
    const echo = new Echo();
    const { any: remote, close } = await pair(echo);
    const bytes = new Uint8Array(size).fill(1);
    const sent = remote.echo(bytes);
    bytes.fill(2);
    const back = (await sent) as Uint8Array;
    assert.is((echo.last as Uint8Array)[size - 1], 1, `${size} bytes, changed after the call`);
    back.fill(3);
    assert.is((echo.last as Uint8Array)[0], 1);
    await close();
  }
});

test('an object changed after the call arrives as it was at the call', async () => {
  const echo = new Echo();
  const { any: remote, close } = await pair(echo);
  const value = { list: [1], map: new Map([['a', 1]]) };
  const sent = remote.echo(value);
  value.list.push(2);
  value.map.clear();
  assert.equal(await sent, { list: [1], map: new Map([['a', 1]]) });
  await close();
});

test('an object without prototype arrives without one', async () => {
  const bare = Object.assign(Object.create(null) as Record<string, unknown>, {
    a: 1,
    inner: Object.create(null) as unknown,
  });
  for (const copy of await both(bare)) {
    assert.is(Object.getPrototypeOf(copy), null);
    assert.is(Object.getPrototypeOf(copy['inner']), null);
    assert.is(copy['a'], 1);
  }
});

test('built-ins of another realm arrive as those of this one', async () => {
  const context = createContext({});
  const foreign = runInContext(
    '({ list: [1], map: new Map([[1, 2]]), date: new Date(7), bytes: Uint8Array.of(1, 2), re: /x/g, nested: { a: {} } })',
    context,
  ) as Untyped;
  for (const copy of await both(foreign)) {
    assert.equal(copy, {
      list: [1],
      map: new Map([[1, 2]]),
      date: new Date(7),
      bytes: Uint8Array.of(1, 2),
      re: /x/g,
      nested: { a: {} },
    });
    assert.ok(copy.map instanceof Map && Array.isArray(copy.list));
  }
});

test('the position of a regexp is kept', async () => {
  const regexp = /a/g;
  regexp.lastIndex = 3;
  for (const copy of await both(regexp)) assert.is(copy.lastIndex, 3);
});

test('non-enumerable members and symbols are left behind', async () => {
  const value = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3, enumerable: false });
  for (const copy of await both(value)) assert.equal(Reflect.ownKeys(copy), ['a']);
});

test('promises are awaited, at any depth, and arrive as their values', async () => {
  const echo = new Echo();
  const { any: remote, close } = await pair(echo);
  const make = (): unknown => ({
    a: Promise.resolve(1),
    list: [Promise.resolve({ b: Promise.resolve(2) })],
    map: new Map([['c', Promise.resolve(3)]]),
    set: new Set([Promise.resolve(4)]),
  });
  const whole = { a: 1, list: [{ b: 2 }], map: new Map([['c', 3]]), set: new Set([4]) };
  assert.equal(await remote.echo(make()), whole);
  assert.equal(echo.last, whole);
  echo.last = make();
  assert.equal(await remote.take(), whole);
  await assert.rejects(
    () => remote.echo({ deep: [Promise.reject(new RangeError('inside'))] }),
    (error: Error) => error instanceof RangeError && error.message === 'inside',
  );
  await close();
});

test('functions, class instances, subclasses of built-ins, iterators and objects that behave go by reference', async () => {
  class Mine {
    x = 1;
  }
  class MyMap extends Map<string, number> {}
  class MyArray extends Array<number> {}
  const behaving = [
    () => 1,
    class {},
    new Mine(),
    new MyMap([['a', 1]]),
    MyArray.of(1, 2),
    Object.create({ inherited: 1 }) as object,
    [1][Symbol.iterator](),
    (function* () {})(),
    {
      get computed() {
        return 1;
      },
    },
    { *[Symbol.iterator]() {} },
    Object.create(Map.prototype) as object,
    new (class extends Date {})(),
  ];
  for (const value of behaving) {
    const echo = new Echo();
    echo.last = value;
    const { any: remote, close } = await pair(echo);
    const arrived = await remote.take();
    assert.ok(isRemote(arrived), String(value));
    await close();
  }
});

test('no getter and no method of what is sent runs', async () => {
  const echo = new Echo();
  const { any: remote, close } = await pair(echo);
  let ran = 0;
  const trap = { configurable: true, enumerable: true, get: () => ++ran };
  const value = Object.defineProperty({ a: 1 }, 'getter', trap);
  const map = new Map([['k', 1]]);
  Object.defineProperty(map, 'forEach', trap);
  Object.defineProperty(map, 'size', trap);
  const date = Object.defineProperty(new Date(3), 'getTime', trap);
  const hostile = Object.defineProperty(
    Object.defineProperty([1, 2], 'toJSON', { ...trap, enumerable: false }),
    'map',
    { ...trap, enumerable: false },
  );
  await remote.first([value, map, date, hostile, { toString: 'x' }]);
  assert.is(ran, 0);
  await close();
});

test('byReference and byValue decide at any depth', async () => {
  class Mine {
    x = { deep: [1] };
    method(): number {
      return 1;
    }
  }
  const echo = new Echo();
  const { any: remote, close } = await pair(echo);
  const plain = { a: 1 };
  echo.last = { deep: [byReference(plain)], copied: byValue(new Mine()), map: new Map([['m', byValue(new Mine())]]) };
  const arrived = await remote.take();
  assert.ok(isRemote(arrived.deep[0]));
  assert.is(await arrived.deep[0].a, 1);
  assert.equal(arrived.copied, { x: { deep: [1] } });
  assert.equal(arrived.map.get('m'), { x: { deep: [1] } });
  assert.throws(() => byReference(5 as never), /a primitive has no identity/);
  assert.throws(() => byValue(() => 1), /use inline\(fn\) or remoteModule/);
  await close();
});

test('byValue copies what an object of a subclass of a built-in holds, as the built-in', async () => {
  class MyMap extends Map<string, unknown> {
    extra = 1;
    override get size(): number {
      throw new Error('asked');
    }
    override forEach(): void {
      throw new Error('asked');
    }
  }
  class MySet extends Set<number> {}
  class MyArray extends Array<number> {}
  class MyBytes extends Uint8Array {}
  class MyBuffer extends ArrayBuffer {}
  class MyDate extends Date {}
  class MyUrl extends URL {
    override get href(): string {
      throw new Error('asked');
    }
  }
  class MyRegExp extends RegExp {
    override get source(): string {
      throw new Error('asked');
    }
  }
  const inner = { deep: 1 };
  const echo = new Echo();
  const { any: remote, close } = await pair(echo);
  const cases: [object, unknown][] = [
    [new MyMap([['k', inner]]), new Map([['k', inner]])],
    [new MySet([1, 2]), new Set([1, 2])],
    [MyArray.of(1, 2), [1, 2]],
    [MyBytes.of(1, 2), Uint8Array.of(1, 2)],
    [new MyBuffer(3), new ArrayBuffer(3)],
    [new MyDate(5), new Date(5)],
    [new MyUrl(here.href), new URL(here.href)],
    [new MyRegExp('a+', 'g'), /a+/g],
  ];
  for (const [value, copy] of cases) {
    const back = await remote.echo({ deep: [byValue(value)] });
    for (const arrived of [(echo.last as Untyped).deep[0], back.deep[0]]) {
      assert.ok(Object.getPrototypeOf(arrived) === Object.getPrototypeOf(copy), String(copy));
      assert.equal(arrived, copy);
    }
  }
  const circular = new MyMap([['k', 1]]);
  circular.set('self', byValue(circular));
  const there = await remote.echo(byValue(circular));
  assert.ok(there instanceof Map && there.get('self') === there);
  await close();
});

test('byValue says of what cannot be copied that it cannot, instead of an empty object', async () => {
  class MyHeaders extends Headers {}
  const { any: remote, frames, close } = await pair(new Echo());
  const cases: [object, string][] = [
    [new Headers({ a: 'b' }), 'Headers'],
    [new MyHeaders(), 'Headers'],
    [new Blob(['x']), 'Blob'],
    [new WeakMap(), 'weak'],
    [new (class extends WeakSet {})(), 'WeakSet'],
    [Object.create(Map.prototype) as object, 'Map'],
  ];
  frames();
  for (const [value, name] of cases) {
    const error = await assert.rejects(remote.echo({ a: byValue(value) }), UnserializableError);
    assert.match((error as Error).message, name);
    assert.is((error as UnserializableError).path, 'args[0].a');
  }
  assert.is(frames(), 0);
  await close();
});

test('bytes whose buffer was moved away fail with their path', async () => {
  const { any: remote, close } = await pair(new Echo());
  for (const size of [10, 100_000]) {
    const bytes = new Uint8Array(size);
    const { buffer } = bytes;
    structuredClone(buffer, { transfer: [buffer] });
    for (const value of [bytes, buffer, new Map([['k', bytes]])]) {
      const error = await assert.rejects(remote.echo({ a: value }), UnserializableError);
      assert.match((error as Error).message, 'moved away');
      assert.match((error as UnserializableError).path, /^args\[0\]\.a/);
      assert.is((error as UnserializableError).executed, 'no');
    }
  }
  await close();
});

test('lone surrogates in regular expressions and in messages of errors arrive as they are', async () => {
  const [there, back] = await both({ lone: new RegExp('\ud800+', 'g'), error: new RangeError('\udc00?') });
  for (const copy of [there, back]) {
    assert.is(copy.lone.source, '\ud800+');
    assert.is(copy.lone.flags, 'g');
    assert.is(copy.error.message, '\udc00?');
  }
});

test('a Map waits for a promise that stood elsewhere in the value before', async () => {
  const promise = (async () => 'here')();
  const [there, back] = await both({ first: promise, map: new Map([['k', promise]]), set: new Set([promise]) });
  for (const copy of [there, back] as unknown[])
    assert.equal(copy, { first: 'here', map: new Map([['k', 'here']]), set: new Set(['here']) });
});

test('moved buffers are moved: empty here, whole there', async () => {
  const echo = new Echo();
  const { any: remote, close } = await pair(echo);
  const bytes = new Uint8Array(1_000_000).fill(7);
  await remote.first(transfer({ bytes }, [bytes.buffer]));
  const there = (echo.last as { bytes: Uint8Array }).bytes;
  assert.equal([there.length, there[999_999]], [1_000_000, 7]);
  assert.throws(() => transfer({}, [bytes as never]), /pass view\.buffer/);
  await close();
});

test('registered types cross as themselves, in cycles and with references in them', async () => {
  class Point {
    constructor(x: number, extra?: unknown) {
      this.x = x;
      this.extra = extra;
    }
    readonly x: number;
    readonly extra: unknown;
  }
  defineType('values.test/Point', Point, {
    encode: ({ x, extra }) => ({ x, extra }),
    decode: (data: { x: number; extra: unknown }) => new Point(data.x, data.extra),
  });
  const [there, back] = await both({ p: new Point(1, { inner: new Point(2) }), list: [new Point(3)] });
  for (const copy of [there, back]) {
    assert.ok(copy.p instanceof Point);
    assert.is(copy.p.x, 1);
    assert.ok((copy.p.extra as { inner: unknown }).inner instanceof Point);
    assert.is(copy.list[0]?.x, 3);
  }
  const { any: remote, close } = await pair({ call: async (point: Point) => (point.extra as () => unknown)() });
  assert.is(await remote.call(new Point(1, () => 'called')), 'called');
  await close();
});

const circularRefused: Record<string, unknown> = { a: { b: [1, { 'odd name': Symbol('s') }] } };

test('what cannot cross fails here with its path, and nothing is sent', async () => {
  const cases: [unknown, string][] = [
    [Symbol('s'), 'args[0]'],
    [circularRefused, 'args[0].a.b[1]["odd name"]'],
    [{ config: { socket: new WeakMap() } }, 'args[0].config.socket'],
    [[new SharedArrayBuffer(8)], 'args[0][0]'],
    [{ memory: new Uint8Array(new SharedArrayBuffer(8)) }, 'args[0].memory'],
    [[[new WeakRef({})]], 'args[0][0][0]'],
    [{ then: () => {} }, 'args[0].then'],
    [{ deep: { toJSON: () => 1 } }, 'args[0].deep.toJSON'],
    [JSON.parse('{"x":{"__proto__":1}}'), 'args[0].x.__proto__'],
    [{ '\ud800': 1 }, 'args[0]["\\ud800"]'],
    [{ all: globalThis }, 'args[0].all'],
    [{ f: Function }, 'args[0].f'],
    // oxlint-disable-next-line no-eval -- what must not be given away
    [[eval], 'args[0][0]'],
    [nest(200), 'args[0]'],
  ];
  const { any: remote, connection, frames, close } = await pair(new Echo());
  for (const [value, path] of cases) {
    const error = (await assert.rejects(() => remote.echo(value), UnserializableError)) as UnserializableError;
    assert.is(error.code, 'ERR_UNSERIALIZABLE');
    assert.is(error.executed, 'no');
    assert.ok(error.path.startsWith(path), `${error.path} should begin with ${path}`);
    assert.ok(error.message.includes(path), error.message);
  }
  assert.is(frames(), 0);
  assert.is(connection.stats().exported, 0, 'what was given a number for it has lost it again');
  const second = (await assert.rejects(
    () => remote.echo(1, { f: () => {}, bad: Symbol('x') }),
    UnserializableError,
  )) as UnserializableError;
  assert.is(second.path, 'args[1].bad');
  assert.is(connection.stats().exported, 0);
  const assigned = (await assert.rejects(async () => {
    remote.last = { bad: Symbol('x') };
    await connection.flush();
  }, UnserializableError)) as UnserializableError;
  assert.ok(assigned.path.endsWith('.bad'), assigned.path);
  assert.is(await remote.echo('still working'), 'still working');
  await close();
});

test('a result that cannot cross is an error with its path, and says that the call was executed', async () => {
  let calls = 0;
  const { any: remote, close } = await pair({ make: () => (calls++, { deep: [Symbol('s')] }) });
  const error = (await assert.rejects(() => remote.make(), UnserializableError)) as UnserializableError;
  assert.is(error.path, 'result.deep[0]');
  assert.is(error.executed, 'yes');
  assert.is(calls, 1);
  await close();
});

test('a value as deep as the limit crosses', async () => {
  const [there, back] = await both(nest(120));
  assert.equal(there, nest(120));
  assert.equal(back, nest(120));
});

test('copies come with no way to the prototypes of this process', async () => {
  const [there] = await both({ constructor: { prototype: { polluted: true } }, a: { prototype: 1 } });
  assert.is(Object.getPrototypeOf(there), Object.prototype);
  assert.not('polluted' in {});
  assert.ok(Object.hasOwn(there, 'constructor'));
});

test('what was copied may be used on', async () => {
  const kept: Pair<Echo> = await pair(new Echo());
  const remote = kept.any;
  const list = remote.echo([1, 2, { x: 3 }]);
  assert.is(await list[2].x, 3);
  const value = await list;
  assert.is(await remote.echo(value[2].x), 3);
  await connectionOf(remote).flush();
  assert.is(await list.length, 3);
  await kept.close();
});

function nest(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? { value } : [value];
  return value;
}

function same(actual: unknown, expected: unknown): void {
  assert.is(Object.prototype.toString.call(actual), Object.prototype.toString.call(expected));
  if (typeof expected === 'object' && expected !== null) {
    assert.is(Object.getPrototypeOf(actual), Object.getPrototypeOf(expected));
    if (expected instanceof Date) assert.is(Number.isNaN((actual as Date).getTime()), Number.isNaN(expected.getTime()));
    if (expected instanceof URL) assert.is((actual as URL).href, expected.href);
    if (expected instanceof Map && expected.size > 1000)
      return assert.is((actual as Map<string, unknown>).get('key 99999'), 99_999);
    if (ArrayBuffer.isView(expected)) return assert.equal(bytesOf(actual as ArrayBufferView), bytesOf(expected));
    if (Object.keys(expected).length > 1000) return assert.is((actual as Record<string, unknown>)['key 99999'], 99_999);
    if (expected instanceof Date && Number.isNaN(expected.getTime())) return;
    assert.equal(actual, expected);
  } else {
    assert.ok(Object.is(actual, expected), `${String(actual)} should be ${String(expected)}`);
  }
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
