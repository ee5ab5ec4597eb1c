import { getEventListeners } from 'node:events';
import { connect, connectionOf, expose, withOptions, type AnyView } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';
import { streamWindow } from '../support/limits.js';
import { gate, pair, turn, until } from '../support/pair.js';
import { memoryPair } from '@remoteobj/transport';
import { assert, test } from '../support/suite.js';

class Source {
  made = 0;
  cleaned = 0;
  async *endless(): AsyncGenerator<number> {
    try {
      for (;;) yield this.made++;
    } finally {
      this.cleaned++;
    }
  }
  *upTo(end: number): Generator<number> {
    try {
      for (let i = 0; i < end; i++) yield i;
    } finally {
      this.cleaned++;
    }
  }
  *throwing(): Generator<string> {
    yield 'one';
    yield 'two';
    throw new RangeError('three');
  }
  *objects(): Generator<Source> {
    yield this;
    yield new Source();
  }
  *unsendable(): Generator<unknown> {
    try {
      yield 1;
      yield Symbol('no');
    } finally {
      this.cleaned++;
    }
  }
  stream(): ReadableStream<number> {
    return new ReadableStream({
      start(controller) {
        for (const value of [1, 2, 3]) controller.enqueue(value);
        controller.close();
      },
    });
  }
  list = ['a', 'b'];
  map: Map<string, number> = new Map([['k', 1]]);
  async sumOf(items: AsyncIterable<number>): Promise<number> {
    let sum = 0;
    for await (const item of items) sum += item;
    return sum;
  }
  async first(items: AsyncIterable<unknown>): Promise<unknown> {
    for await (const item of items) return item;
    return undefined;
  }
}

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('a call that was awaited can be iterated afterwards, be its result a copy, an iterable object or a generator', async () => {
  const source = new Source();
  const { any, close, connection } = await pair({
    list: () => source.list,
    map: () => source.map,
    upTo: (end: number) => source.upTo(end),
    iterable: () => new Iterable(),
  });
  const [list, map, upTo, iterable] = [any.list(), any.map(), any.upTo(3), any.iterable()];
  await Promise.all([list, map, upTo, iterable]);
  assert.equal(await collect(list), ['a', 'b']);
  assert.equal(await collect(map), [['k', 1]]);
  assert.equal(await collect(upTo), [0, 1, 2]);
  assert.equal(await collect(iterable), ['own']);
  assert.is(connection.stats().streams, 0);
  await close();
});

test('calls go on from calls on a result that was awaited before', async () => {
  let count = 0;
  const made = {
    inc: () => ++count,
    later: async () => ({ x: ++count }),
    upTo: function* (end: number) {
      for (let i = 0; i < end; i++) yield i;
    },
  };
  class Made {
    inc = made.inc;
    later = made.later;
    upTo = made.upTo;
  }
  const { any, close, connection } = await pair({ make: () => new Made() });
  const call = any.make();
  await call;
  const [one, two] = [call.inc(), call.inc()];
  assert.equal(await Promise.all([one.toFixed(1), two, one]), ['1.0', 2, 1]);
  assert.is(await call.later().x, 3);
  assert.equal(await collect(call.upTo(3)), [0, 1, 2]);
  assert.is(count, 3);
  assert.is(connection.stats().pending, 0);
  await close();
});

class Iterable {
  *[Symbol.iterator](): Generator<string> {
    yield 'own';
  }
}

test('generators, async generators, arrays, maps and streams are iterated in order', async () => {
  const { any, close } = await pair(new Source());
  assert.equal(
    await collect(any['upTo'](1000)),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  assert.equal(await collect(any['list']), ['a', 'b']);
  assert.equal(await collect(any['map']), [['k', 1]]);
  assert.equal(await collect(any['stream']()), [1, 2, 3]);
  assert.equal(await collect(any['upTo'](0)), []);
  await close();
});

test('a producer is never further ahead than its credit', async () => {
  const source = new Source();
  const { any, close } = await pair(source);
  const iterator = any['endless']()[Symbol.asyncIterator]();
  for (let taken = 1; taken <= 200; taken++) {
    await iterator.next();
    await turn();
    assert.ok(source.made <= taken + 2 * streamWindow, `${source.made} made, ${taken} taken`);
  }
  const before = source.made;
  for (let i = 0; i < 20; i++) await turn();
  assert.is(source.made, before, 'it stands still while nobody takes');
  await iterator.return?.();
  await close();
});

test('break runs the producer’s finally before the loop is left', async () => {
  const source = new Source();
  const { any, connection, server, close } = await pair(source);
  for await (const item of any['endless']()) if (item === 5) break;
  assert.is(source.cleaned, 1);
  for await (const item of any['upTo'](100_000)) if (item === 3) break;
  assert.is(source.cleaned, 2);
  assert.is(connection.stats().streams + server.stats().streams, 0);
  await close();
});

test('a throw in the loop’s body cleans up, too, and is what is thrown', async () => {
  const source = new Source();
  const { any, close } = await pair(source);
  const body = async (): Promise<void> => {
    for await (const item of any['endless']()) if (item === 2) throw new TypeError('body');
  };
  await assert.rejects(body, TypeError);
  assert.is(source.cleaned, 1);
  await close();
});

test('a producer that throws delivers the items before it', async () => {
  const { any, close } = await pair(new Source());
  const got: unknown[] = [];
  await assert.rejects(async () => {
    for await (const item of any['throwing']()) got.push(item);
  }, RangeError);
  assert.equal(got, ['one', 'two']);
  await close();
});

test('an item that cannot cross ends the iteration with its path, and the producer is cleaned up', async () => {
  const source = new Source();
  const { any, close } = await pair(source);
  await assert.rejects(collect(any['unsendable']()), (error: { code?: string }) => error.code === 'ERR_UNSERIALIZABLE');
  assert.is(source.cleaned, 1);
  await close();
});

test('items are remotes where they are objects, with identity', async () => {
  const { remote, any, close } = await pair(new Source());
  const [first, second] = await collect(any['objects']());
  assert.ok(first === remote);
  assert.is(await (second as AnyView)['made'], 0);
  await close();
});

test('what cannot be iterated says so', async () => {
  const { any, close } = await pair(new Source());
  await assert.rejects(collect(any['made']), /is not iterable/);
  await close();
});

test('iterables, generators and streams of the caller are iterated over there', async () => {
  const { any, connection, server, close } = await pair(new Source());
  let cleaned = 0;
  async function* here(): AsyncGenerator<number> {
    try {
      for (let i = 1; ; i++) yield i;
    } finally {
      cleaned++;
    }
  }
  function* few(): Generator<number> {
    yield* [1, 2, 3];
  }
  assert.is(await any['sumOf'](few()), 6);
  assert.is(await any['sumOf'](new Source().stream()), 6);
  assert.is(await any['first'](here()), 1);
  assert.is(cleaned, 1, 'leaving over there cleans up here');
  assert.is(connection.stats().streams + server.stats().streams, 0);
  await close();
});

test('the end of the link ends iterations on both sides', async () => {
  const source = new Source();
  const [a, b] = memoryPair();
  expose(source, a);
  const remote = connect<Source>(b) as unknown as AnyView;
  const iterator = remote['endless']()[Symbol.asyncIterator]();
  await iterator.next();
  await b.close(new Error('broken'));
  await assert.rejects(async () => {
    for (;;) if ((await iterator.next()).done) throw new Error('it ended without an error');
  }, /closed|broken/);
  await until(() => source.cleaned === 1);
});

test('an iteration that is waited for when it is left, is left', async () => {
  const wait = gate();
  const source = {
    async *slow(): AsyncGenerator<number> {
      await wait.opened;
      yield 1;
    },
  };
  const { any, close } = await pair(source);
  const iterator = any['slow']()[Symbol.asyncIterator]();
  const next = iterator.next();
  await turn();
  const left = iterator.return?.();
  assert.equal(await next, { done: true, value: undefined });
  wait.open();
  await left;
  await close();
});

test('the time limit and the signal of an iteration end with it', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const { any, close } = await pair(new Source());
  const { signal } = new AbortController();
  const before = timers();
  assert.equal(await collect(withOptions(any['upTo'](3), { timeout: 100_000, signal })), [0, 1, 2]);
  await assert.rejects(collect(withOptions(any['throwing'](), { timeout: 100_000, signal })), RangeError);
  for await (const _ of withOptions(any['endless'](), { timeout: 100_000, signal })) break;
  assert.is(timers(), before);
  assert.is(getEventListeners(signal, 'abort').length, 0);
  await close();
});

test('an iteration whose time limit has passed is stopped', async () => {
  const wait = gate();
  const source = {
    cleaned: 0,
    async *slow(): AsyncGenerator<number> {
      try {
        await wait.opened;
        yield 1;
      } finally {
        this.cleaned++;
      }
    },
  };
  const { any, connection, server, close } = await pair(source);
  await assert.rejects(collect(withOptions(any['slow'](), { timeout: 1 })), TimeoutError);
  wait.open();
  await until(() => source.cleaned === 1);
  await connection.flush();
  assert.is(connection.stats().streams + server.stats().streams, 0);
  await close();
});

test('an iterator that nobody holds any more is closed over there', async () => {
  const source = new Source();
  const { any, connection, close } = await pair(source);
  await (async () => {
    await any['endless']()[Symbol.asyncIterator]().next();
  })();
  await until(() => {
    globalThis.gc?.();
    return source.cleaned === 1;
  });
  assert.is(connectionOf(any) === connection, true);
  await close();
});

test('what the producer fails with ahead of a consumer that leaves is not thrown at it', async () => {
  const [here, there] = memoryPair();
  const service = {
    *ahead() {
      yield 1;
      throw new RangeError('ahead');
    },
    *untidy() {
      try {
        for (;;) yield 1;
      } finally {
        cleanUp();
      }
    },
  };
  const cleanUp = (): void => {
    throw new RangeError('clean-up');
  };
  expose(service, there);
  const remote = connect<typeof service>(here);
  for await (const item of remote.ahead()) {
    assert.is(item, 1);
    break;
  }
  await assert.rejects(async () => {
    for await (const _ of remote.untidy()) break;
  }, RangeError);
});
