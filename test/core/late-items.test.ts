/** Items of an iteration in which something is awaited. */
import { connect, connectionOf, defineType, expose } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { streamWindow } from '../support/limits.js';
import { gate, pair, turn, until, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';
import { Pages, textsOf } from './modules/pages.js';

const page = (n: number): unknown => ({ n, body: `text ${n}` });

/** Everything that comes, and what ends it. */
async function outcome(items: AsyncIterable<unknown>): Promise<{ got: unknown[]; error: unknown }> {
  const got: unknown[] = [];
  try {
    for await (const item of items) got.push(item);
    return { got, error: undefined };
  } catch (error) {
    return { got, error };
  }
}

test('an item that holds a promise keeps its place, whatever comes behind it first', async () => {
  const pages = new Pages();
  const { any, close } = await pair(pages);
  const got: unknown[] = [];
  const all = (async () => {
    for await (const item of any.read(5, [2, 4, 5])) got.push(item);
  })();
  await until(() => got.length === 1 && pages.cleaned === 1);
  for (const n of [5, 4]) pages.text(n).open(`text ${n}`);
  for (let i = 0; i < 10; i++) await turn();
  assert.equal(got, [1], 'the second is not here');
  pages.text(2).open('text 2');
  await all;
  assert.equal(got, [1, page(2), 3, page(4), page(5)]);
  await close();
});

test('several readers get the items in order', async () => {
  const pages = new Pages();
  const { any, close } = await pair(pages);
  const iterator = any.read(3, [1])[Symbol.asyncIterator]();
  const asked = [1, 2, 3, 4].map(() => iterator.next());
  await until(() => pages.cleaned === 1);
  pages.text(1).open('text 1');
  assert.equal(
    (await Promise.all(asked)).map(({ value }) => value),
    [page(1), 2, 3, undefined],
  );
  await close();
});

test('an error of the producer comes behind the items that are awaited', async () => {
  const pages = new Pages();
  const { any, close } = await pair(pages);
  const ended = outcome(any.failing(2, [2]));
  await until(() => pages.cleaned === 1);
  for (let i = 0; i < 10; i++) await turn();
  pages.text(2).open('text 2');
  const { got, error } = await ended;
  assert.equal(got, [1, page(2)]);
  assert.instance(error, RangeError);
  await close();
});

test('a promise in an item that rejects ends the iteration with its error, and the producer is cleaned up', async () => {
  const pages = new Pages();
  const { any, connection, server, close } = await pair(pages);
  const iterator = any.read(1000, [2, 3])[Symbol.asyncIterator]();
  assert.is((await iterator.next()).value, 1);
  const second = iterator.next();
  await until(() => pages.made > 3);
  pages.text(3).fail(new TypeError('page 3 is torn'));
  for (let i = 0; i < 10; i++) await turn();
  pages.text(2).fail(new RangeError('page 2 is torn'));
  await assert.rejects(second, 'page 2 is torn');
  assert.equal(await iterator.next(), { done: true, value: undefined });
  await until(() => pages.cleaned === 1);
  assert.ok(pages.made < 1000, 'it was stopped');
  await iterator.return?.();
  await connection.flush();
  assert.equal([connection.stats().streams, server.stats().streams, connection.stats().pending], [0, 0, 0]);
  await close();
});

test('the items before one whose promise rejects are delivered', async () => {
  const pages = new Pages();
  const { any, close } = await pair(pages);
  const ended = outcome(any.read(4, [2, 3]));
  await until(() => pages.cleaned === 1);
  pages.text(3).fail(new RangeError('page 3 is torn'));
  for (let i = 0; i < 10; i++) await turn();
  pages.text(2).open('text 2');
  const { got, error } = await ended;
  assert.equal(got, [1, page(2)]);
  assert.match((error as Error).message, 'page 3 is torn');
  await close();
});

test('an item that cannot be made here ends the iteration with the reason, and the producer is cleaned up', async () => {
  class Torn {}
  defineType('late-items/torn', Torn, {
    encode: () => 1,
    decode: () => {
      throw new RangeError('torn on the way');
    },
  });
  const source = {
    cleaned: 0,
    async *items(): AsyncGenerator<unknown> {
      try {
        yield 1;
        for (;;) yield new Torn();
      } finally {
        this.cleaned++;
      }
    },
  };
  const { any, connection, server, close } = await pair(source);
  const { got, error } = await outcome(any.items());
  assert.equal(got, [1]);
  assert.match((error as Error).message, 'torn on the way');
  await until(() => source.cleaned === 1);
  await connection.flush();
  assert.is(connection.stats().streams + server.stats().streams, 0);
  await close();
});

test('a producer is no further ahead of an item that is awaited than of one that nobody takes', async () => {
  const pages = new Pages();
  const { any, close } = await pair(pages);
  const ended = outcome(any.read(200, [1, 100]));
  await until(() => pages.made >= streamWindow);
  for (let i = 0; i < 20; i++) await turn();
  assert.ok(pages.made <= streamWindow + 1, `${pages.made} made, none taken`);
  pages.text(1).open('text 1');
  pages.text(100).open('text 100');
  const { got, error } = await ended;
  assert.is(error, undefined);
  assert.equal(
    got,
    Array.from({ length: 200 }, (_, i) => ([1, 100].includes(i + 1) ? page(i + 1) : i + 1)),
  );
  await close();
});

for (const [when, count] of [
  ['while the producer goes on', 1000],
  ['when the producer has ended', 3],
] as const) {
  test(`an iteration can be left while an item is awaited, ${when}`, async () => {
    const pages = new Pages();
    const { any, connection, server, close } = await pair(pages);
    const iterator = any.read(count, [1, 2])[Symbol.asyncIterator]();
    const next = iterator.next();
    await until(() => pages.made >= 3);
    for (let i = 0; i < 10; i++) await turn();
    assert.equal(await iterator.return?.(), { done: true, value: undefined });
    assert.equal(await next, { done: true, value: undefined });
    assert.is(pages.cleaned, 1);
    assert.is(connection.stats().streams + server.stats().streams, 0);
    pages.text(1).open('text 1');
    pages.text(2).fail(new RangeError('nobody wants to know'));
    await connection.flush();
    assert.is(connection.stats().pending, 0);
    await close();
  });

  test(`the end of the link ends an iteration in which an item is awaited, ${when}`, async () => {
    const pages = new Pages();
    const [a, b] = memoryPair();
    expose(pages, a);
    const remote = connect<Pages>(b) as Untyped;
    const ended = outcome(remote.read(count, [2]));
    await until(() => pages.made >= 3);
    for (let i = 0; i < 10; i++) await turn();
    await b.close(new Error('broken'));
    const { got, error } = await ended;
    assert.equal(got, [1]);
    assert.match((error as Error).message, /closed|broken/);
    await until(() => pages.cleaned === 1);
    assert.is(connectionOf(remote).stats().streams, 0);
  });
}

test('the end of the link ends an iteration that awaits something of this side', async () => {
  const { opened: never } = gate();
  const source = {
    async *items(wait: () => unknown): AsyncGenerator<unknown> {
      yield { body: wait() };
    },
  };
  const [a, b] = memoryPair();
  expose(source, a);
  const remote = connect(b) as Untyped;
  let waits = false;
  const ended = outcome(remote.items(() => ((waits = true), never)));
  await until(() => waits);
  for (let i = 0; i < 10; i++) await turn();
  assert.is(connectionOf(remote).stats().streams, 1, 'it has ended over there, but not here');
  await b.close(new Error('broken'));
  const { got, error } = await ended;
  assert.equal(got, []);
  assert.match((error as Error).message, /closed|broken/);
});

test('items of the caller that hold promises are read in order over there', async () => {
  const { any, close } = await pair({ textsOf });
  const pages = new Pages();
  const texts = any.textsOf(
    (async function* () {
      for (const n of [1, 2, 3]) yield { n, body: pages.text(n).opened };
    })(),
  );
  for (const n of [3, 2, 1]) {
    await turn();
    pages.text(n).open(`text ${n}`);
  }
  assert.equal(await texts, ['text 1', 'text 2', 'text 3']);
  await close();
});
