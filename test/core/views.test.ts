import { inspect } from 'node:util';
import {
  attrs,
  del,
  describe,
  get,
  has,
  isRemote,
  keys,
  lazy,
  len,
  passTo,
  remoteModule,
  set,
  superOf,
} from '@remoteobj/core';
import { pair, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Base {
  name = 'base';
  greet(): string {
    return `base greets ${this.name}`;
  }
}

class Thing extends Base {
  override name = 'thing';
  items: (number | undefined)[] = [10, 20, 30];
  map = new Map([['a', 1]]);
  bytes = new Float64Array(3);
  nested = { a: { b: { c: { d: 'deep' } } }, z: 'deleted', then: 'a member called then' };
  optional: string | undefined = 'here';
  override greet(): string {
    return `thing greets ${this.name}`;
  }
  add(a: number, b: number): number {
    return a + b;
  }
  get accessor(): string {
    return this.name.toUpperCase();
  }
  set accessor(value: string) {
    this.name = value.toLowerCase();
  }
  self(): this {
    return this;
  }
  *[Symbol.iterator](): Generator<number> {
    yield* [1, 2];
  }
}

test('each operation does remotely what it says', async () => {
  const thing = new Thing();
  const { any: remote, close } = await pair({ thing, Thing });
  assert.is(await remote.thing.name, 'thing', 'get');
  assert.is(await remote.thing.items[1], 20, 'an index');
  assert.is(await remote.thing.missing, undefined);
  remote.thing.name = 'assigned';
  assert.is(await remote.thing.name, 'assigned', 'set');
  await set(remote.thing.items[0], 11);
  assert.equal(thing.items[0], 11);
  await set(remote.thing.accessor, 'LOUD');
  assert.is(thing.name, 'loud', 'a setter runs');
  assert.is(await remote.thing.accessor, 'LOUD', 'a getter runs');
  assert.is(await del(remote.thing.optional), true);
  assert.not('optional' in thing);
  assert.is(thing.optional, undefined);
  delete remote.thing.nested.z;
  assert.equal(await keys(remote.thing.nested), ['a']);
  assert.is(await has(remote.thing.nested, 'then'), false, 'denied is not there');
  assert.is(await has(remote.thing, 'greet'), true, 'inherited');
  assert.is(await has(remote.thing, 'nothing'), false);
  assert.equal(await keys(remote.thing.nested), ['a']);
  assert.equal(
    [
      await len(remote.thing.items),
      await len(remote.thing.map),
      await len(remote.thing.bytes),
      await len(remote.thing.name),
    ],
    [3, 1, 24 / 8, 4],
  );
  assert.is(await remote.thing.add(2, 3), 5, 'call');
  assert.is(await new remote.Thing().greet(), 'thing greets thing', 'construct');
  assert.is(await superOf(remote.thing).greet(), 'base greets loud', 'super');
  assert.is(await passTo(remote.thing.items, String), '11,20,30', 'pass');
  const seen: unknown[] = [];
  for await (const item of remote.thing) seen.push(item);
  assert.equal(seen, [1, 2], 'iterate');
  await close();
});

test('the spellings on the remote are those of the free functions', async () => {
  const { any: remote, close } = await pair(new Thing());
  assert.is(await remote.name.get_(), 'thing');
  assert.is(await remote.name.__, 'thing');
  assert.is(await remote.items.passTo_(String), '10,20,30');
  assert.is(await remote.super_.greet(), 'base greets thing');
  assert.is(await remote.attrs_('nested.a', 'b.c.d'), 'deep');
  await close();
});

test('members with names of promises are reached with attrs', async () => {
  const { any: remote, close } = await pair({ box: { catch: 1, finally: 2, toJSON: 3, get_: 4, __proto__x: 5 } });
  assert.equal(
    [
      await attrs(remote, 'box.catch'),
      await attrs(remote.box, 'finally'),
      await attrs(remote.box, 'toJSON'),
      await attrs(remote, 'box', 'get_'),
    ],
    [1, 2, 3, 4],
  );
  await close();
});

test('a view is immutable: extending it leaves it as it was', async () => {
  const { any: remote, close } = await pair(new Thing());
  const nested = remote.nested;
  const text = describe(nested);
  const a = nested.a;
  const again = nested.a;
  void nested.a.b.c;
  assert.is(describe(nested), text);
  assert.is(describe(a), '(?.nested.a)');
  assert.is(describe(again), describe(a));
  assert.equal(await nested.a.b.c, { d: 'deep' });
  assert.is(describe(nested), text);
  await close();
});

test('a long chain costs its own steps only: views share what they extend', async () => {
  const { any: remote, close } = await pair({});
  let view: Untyped = remote;
  const views: unknown[] = [];
  for (let i = 0; i < 20_000; i++) views.push((view = view.x));
  assert.is(describe(views[4]), '(?.x.x.x.x.x)');
  assert.is(describe(view).length, 3 + 2 * 20_000);
  await close();
});

test('a chain prints as the source that makes it', async () => {
  const { any: remote, close } = await pair(new Thing(), { connect: { eager: false } });
  const text = (view: unknown): string => describe(view);
  assert.is(text(remote), '(?)');
  assert.is(text(remote.items[3](5)), '(?.items[3](5))');
  assert.is(text(remote['a b']['00']), '(?["a b"]["00"])');
  assert.is(
    text(remote.f('x', 1n, null, undefined, {}, [], () => 0, true)),
    '(?.f("x", 1n, null, undefined, {…}, […], ƒ, true))',
  );
  assert.is(text(remote.f('y'.repeat(50))), `(?.f("${'y'.repeat(40)}…"))`);
  assert.is(text(new remote.Thing(1)), '(?.Thing new(1))');
  assert.is(text(remote.f(Symbol('s'))), '(?.f(Symbol(s)))');
  assert.is(text(superOf(remote).greet), '(?.super_.greet)');
  assert.is(text(remote.f(remote.items)), '(?.f(ƒ))');
  assert.is(text(remoteModule<{ f: unknown }>('file:///x/work.js').f), '(work.js.f)');
  await close();
});

test('looking at a remote never sends anything and never throws', async () => {
  const { any: remote, connection, frames, close } = await pair(new Thing());
  const module = remoteModule<Record<string, unknown>>('file:///x.js');
  const views: unknown[] = [
    remote,
    remote.items,
    remote.items[0],
    lazy(remote.add)(1, 2),
    superOf(remote),
    module,
    module['f'],
  ];
  frames();
  for (const view of views) {
    const value = view as Record<string | symbol, unknown>;
    assert.ok(String(view).startsWith('('));
    assert.ok(`${view as string}`.startsWith('('));
    assert.ok(inspect(view).startsWith('Remote ('), inspect(view));
    assert.ok(inspect({ deep: [view] }, { depth: 5, showProxy: false }).includes('Remote ('));
    inspect(view, { showProxy: true });
    assert.ok(JSON.stringify({ view }).includes('('));
    assert.is(typeof view, 'function');
    for (const Class of [Promise, Function, Object, Array, Thing, Error]) assert.not(value instanceof Class);
    assert.is(value === view, true);
    assert.is(Object.is(view, {}), false);
    assert.is(value === null || value === undefined, false);
    assert.is(Object.prototype.toString.call(view), '[object Remote]');
    assert.ok(isRemote(view));
    assert.is(Array.isArray(view), false);
    assert.is(value[Symbol('mine')], undefined);
    assert.ok(Number.isNaN(Number(view)));
    assert.ok([view].includes(view));
    assert.ok(new Set([view]).has(view));
    assert.is(Object.getPrototypeOf(view), null);
    assert.is(Object.getOwnPropertyDescriptor(view, 'x'), undefined);
    describe(view);
    console.assert(view !== undefined, view);
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(frames(), 0);
  assert.is(connection.stats().pending, 0);
  await close();
});

test('what cannot be answered without blocking throws and names the function to use', async () => {
  const { any: remote, frames, close } = await pair(new Thing());
  assert.throws(() => 'name' in remote, /await has\(remote, 'name'\)/);
  assert.throws(() => Object.keys(remote), /await keys\(remote\)/);
  assert.throws(() => Reflect.ownKeys(remote), /await keys\(remote\)/);
  assert.throws(() => ({ ...remote }), /await keys\(remote\)/);
  assert.throws(() => [...remote], /for await/);
  assert.throws(() => Object.defineProperty(remote, 'x', { value: 1 }), /await set\(remote\.x/);
  assert.throws(() => (remote[Symbol('s')] = 1), /symbols do not travel/);
  assert.throws(() => Object.setPrototypeOf(remote, {}), TypeError);
  assert.throws(() => Object.freeze(remote), TypeError);
  assert.is(frames(), 0);
  await close();
});

test('wrong arguments of the functions throw at once and say what was expected', async () => {
  const { any: remote, frames, close } = await pair(new Thing());
  for (const bad of [undefined, null, 5, 'text', {}, () => {}, Promise.resolve()]) {
    for (const verb of [get, del, keys, len, superOf, lazy, describe] as ((view: unknown) => unknown)[]) {
      assert.throws(() => verb(bad), /a remote or a view of one was expected/);
    }
    assert.not(isRemote(bad));
  }
  await assert.rejects(() => set(remote, 1), /does not end in an attribute or a key/);
  assert.throws(() => del(superOf(remote)), /does not end in an attribute/);
  assert.throws(() => has(remote, -5), /key must be a string/);
  assert.throws(() => attrs(remote, ''), /non-empty/);
  assert.throws(() => remoteModule(''), /takes a URL/);
  assert.is(frames(), 0);
  await close();
});

test('an unbound view of a module cannot be acted on, with the remedy', async () => {
  const view = remoteModule<{ f: { x: number } }>(new URL('file:///x.js'));
  assert.throws(() => get(view.f), /pass it to passTo, job or pool/);
  assert.throws(() => ((view as unknown as { y: number }).y = 1), /belongs to no connection/);
  assert.is((view.f as unknown as { then?: unknown }).then, undefined, 'it is not thenable');
});
