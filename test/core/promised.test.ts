import { runInNewContext } from 'node:vm';
import { defineType, isRemote, withOptions } from '@remoteobj/core';
import { gate, pair, until, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

interface Circle {
  name: string;
  p: Untyped;
}

class Target {
  readonly open = gate<string>();
  readonly config = { list: [1, 2] };
  last: unknown;
  echo(value: unknown): unknown {
    this.last = value;
    return value;
  }
  inside(): unknown {
    return { p: this.open.opened };
  }
  foreign(): unknown {
    return runInNewContext('Promise.resolve({ deep: 5 })');
  }
  failing(): unknown {
    return runInNewContext('Promise.reject(new RangeError("over there"))');
  }
}

test('an open promise that is passed more than once is awaited each time', async () => {
  const { any, connection, server, close } = await pair(new Target());
  const open = gate<string>();
  const calls = [any.echo(open.opened), any.echo({ p: open.opened })];
  await any.echo(1);
  calls.push(any.echo([open.opened, open.opened]));
  open.open('here');
  assert.equal(await Promise.all(calls), ['here', { p: 'here' }, ['here', 'here']]);
  await until(() => connection.stats().exported === 0 && server.stats().imported === 0);
  await close();
});

test('a result with the same open promise twice has its value twice', async () => {
  const target = new Target();
  const { any, connection, server, close } = await pair(target);
  const results = [any.inside(), any.inside()];
  const both = Promise.all(results);
  await any.echo(1);
  target.open.open('late');
  assert.equal(await both, [{ p: 'late' }, { p: 'late' }]);
  await until(() => server.stats().exported === 0 && connection.stats().imported === 0);
  await close();
});

test('an answer by reference says nothing about the next one', async () => {
  const { any, close } = await pair(new Target());
  const held = await withOptions(any.config, { as: 'reference' });
  assert.ok(isRemote(held));
  assert.equal(await any.config, { list: [1, 2] });
  assert.ok((await withOptions(any.config, { as: 'reference' })) === held);
  await close();
});

test('a promise of another realm or of a subclass is awaited, as argument, as result, inside values and in chains', async () => {
  class Mine<T> extends Promise<T> {}
  const target = new Target();
  const { any, connection, server, close } = await pair(target);
  assert.is(await any.echo(runInNewContext('Promise.resolve(5)')), 5);
  assert.equal(await any.echo({ p: runInNewContext('Promise.resolve(5)') }), { p: 5 });
  assert.equal(await any.echo([Mine.resolve(6)]), [6]);
  assert.is(await any.echo(runInNewContext('class Deep extends Promise {}; new Deep((resolve) => resolve(7))')), 7);
  assert.equal(await any.foreign(), { deep: 5 });
  assert.is(await any.foreign().deep, 5);
  await assert.rejects(any.failing(), (error: Error) => error.message === 'over there');
  await assert.rejects(any.echo([runInNewContext('Promise.reject(new RangeError("here"))')]), /^here$/);
  await until(() => connection.stats().exported === 0 && server.stats().exported === 0);
  await close();
});

test('promises that resolve to objects with themselves inside, or with one another, arrive as such', async () => {
  const target = new Target();
  const { any, connection, server, close } = await pair(target);
  const own: Circle = { name: 'own', p: undefined };
  own.p = Promise.resolve(own);
  await any.echo(own);
  const value = (target.last as Circle).p as Circle;
  assert.is(value.name, 'own');
  assert.ok(value.p === value);

  const one: Circle = { name: 'one', p: undefined };
  const two: Circle = { name: 'two', p: undefined };
  one.p = Promise.resolve(two);
  two.p = Promise.resolve(one);
  await any.echo(one.p);
  const there = target.last as Circle;
  assert.equal([there.name, there.p.name], ['two', 'one']);
  assert.ok(there.p.p === there);
  await until(() => connection.stats().exported === 0 && server.stats().imported === 0);
  await close();
});

test('a circle of promises through a Map and a registered type settles, too', async () => {
  class Ring {
    inner: unknown;
  }
  defineType('promised.test/Ring', Ring, {
    encode: ({ inner }) => ({ inner }),
    decode: (data: { inner: unknown }) => Object.assign(new Ring(), data),
  });
  const target = new Target();
  const { any, connection, close } = await pair(target);
  const map = new Map<string, unknown>();
  const ring = new Ring();
  ring.inner = Promise.resolve({ map, ring });
  map.set('p', ring.inner);
  await any.echo(ring.inner);
  const there = target.last as { map: Map<string, unknown>; ring: Ring };
  assert.ok(there.map.get('p') === there);
  assert.ok(there.ring instanceof Ring && there.ring.inner === there);
  await until(() => connection.stats().exported === 0);
  await close();
});
