import { connect, expose, itemsAhead } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { gate, pair, turn, until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

/** An iterator written by hand: items are given when the test wants, and what waits for one is withdrawn by `return`. */
class Line implements AsyncIterable<number> {
  asked = 0;
  returned = 0;
  #open: ((result: IteratorResult<number>) => void)[] = [];

  give(value: number): void {
    this.#open.shift()?.({ done: false, value });
  }

  [Symbol.asyncIterator](): AsyncIterator<number> {
    return {
      next: () => {
        this.asked++;
        return new Promise((resolve) => this.#open.push(resolve));
      },
      return: async () => {
        this.returned++;
        for (const resolve of this.#open.splice(0)) resolve({ done: true, value: undefined });
        return { done: true, value: undefined };
      },
    };
  }
}

/** Counts items that are taken; its producer may be so far ahead. */
class Counting implements AsyncIterable<number> {
  readonly [itemsAhead]: unknown;
  taken = 0;

  constructor(ahead: unknown) {
    this[itemsAhead] = ahead;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<number> {
    for (;;) yield ++this.taken;
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 10; i++) await turn();
}

test('with itemsAhead 1 an item is taken when it is asked for, not before', async () => {
  const source = new Counting(1);
  const { any, close } = await pair(source);
  const iterator = any[Symbol.asyncIterator]();
  for (let n = 1; n <= 50; n++) {
    assert.equal(await iterator.next(), { done: false, value: n });
    if (n % 10 === 0) await turns();
    assert.is(source.taken, n);
  }
  assert.equal(
    (await Promise.all([iterator.next(), iterator.next(), iterator.next()])).map(({ value }) => value),
    [51, 52, 53],
  );
  await turns();
  assert.is(source.taken, 53);
  await iterator.return();
  assert.is(source.taken, 53);
  await close();
});

test('a producer is ahead by as many items as its iterable says, and by 32 at most', async () => {
  for (const [ahead, made] of [
    [3, 3],
    [1000, 32],
    [undefined, 32],
  ]) {
    const source = new Counting(ahead);
    const { any, close } = await pair(source);
    const iterator = any[Symbol.asyncIterator]();
    await iterator.next();
    await turns();
    assert.is(source.taken, made);
    for (let n = 2; n <= 100; n++) assert.is((await iterator.next()).value, n);
    await turns();
    assert.ok(source.taken <= 100 + (made as number), `${source.taken} taken`);
    await iterator.return();
    await close();
  }
});

test('itemsAhead that is no whole number from 1 is an error that says so', async () => {
  for (const ahead of [0, 1.5, -1, Number.POSITIVE_INFINITY, Number.NaN, '1', null]) {
    const { any, close } = await pair(new Counting(ahead));
    await assert.rejects(any[Symbol.asyncIterator]().next(), /\[itemsAhead\] .* a whole number from 1/);
    await close();
  }
});

test('who passes an iteration on takes no item ahead either', async () => {
  const source = new Counting(1);
  const inner = await pair(source);
  const [here, there] = memoryPair();
  const listener = expose({ source: inner.remote }, there);
  const outer = connect<{ source: AsyncIterable<number> }>(here);
  const iterator = outer.source[Symbol.asyncIterator]();
  for (let n = 1; n <= 5; n++) {
    assert.is((await iterator.next()).value, n);
    await turns();
    assert.is(source.taken, n);
  }
  await iterator.return?.();
  await listener.stop();
  await inner.close();
});

test('a loop that is left ends an iterator that waits for its next item', async () => {
  const source = new Line();
  const { any, connection, server, close } = await pair(source);
  const loop = (async () => {
    for await (const item of any) return item;
  })();
  await until(() => source.asked === 1);
  source.give(7);
  assert.is(await loop, 7);
  assert.is(source.asked, 2, 'it waited for another item');
  assert.is(source.returned, 1);
  assert.is(connection.stats().streams + server.stats().streams, 0);
  await close();
});

test('the end of the link ends an iterator that waits for its next item, once', async () => {
  const source = new Line();
  const { any, connection, server } = await pair(source);
  const next = assert.rejects(any[Symbol.asyncIterator]().next());
  await until(() => source.asked === 1);
  await connection.close({ pending: 'refuse' });
  await server.closed;
  await next;
  assert.is(source.returned, 1);
});

test('a loop that is left waits for the clean-up of an iterator that is asked for an item', async () => {
  const { opened, open } = gate();
  const order: string[] = [];
  const items: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => (order.push('next'), order.length === 1 ? Promise.resolve({ value: 1 }) : new Promise(() => {})),
      return: async () => {
        order.push('return');
        await opened;
        order.push('returned');
        return { done: true, value: undefined };
      },
    }),
  };
  const { any, close } = await pair({ items });
  const loop = (async () => {
    for await (const item of any.items) {
      order.push(`item ${item}`);
      break;
    }
    order.push('left');
  })();
  await until(() => order.includes('return'));
  await turns();
  open();
  await loop;
  assert.equal(order, ['next', 'next', 'item 1', 'return', 'returned', 'left']);
  await close();
});

test('an item of a synchronous generator that rejects runs its clean-up, and is what is thrown', async () => {
  let cleaned = 0;
  const source = {
    *items(): Generator<unknown> {
      try {
        yield 1;
        yield Promise.reject(new RangeError('no item'));
      } finally {
        cleaned++;
      }
    },
  };
  const { any, close } = await pair(source);
  const got: unknown[] = [];
  await assert.rejects(async () => {
    for await (const item of any.items()) got.push(item);
  }, /no item/);
  assert.equal(got, [1]);
  assert.is(cleaned, 1);
  await close();
});
