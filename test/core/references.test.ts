import { byReference, connect, connectionOf, expose, release, type AnyView } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { gate, pair, turn, until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Part {
  uses = 0;
  use(): number {
    return ++this.uses;
  }
}

class Workshop {
  readonly part: Part = new Part();
  kept: unknown;
  make(): Part {
    return new Part();
  }
  same(): this {
    return this;
  }
  thePart(): Part {
    return this.part;
  }
  echo(value: unknown): unknown {
    return value;
  }
  keep(value: unknown): void {
    this.kept = value;
  }
  isPart(value: unknown): boolean {
    return value === this.part;
  }
  async call(fn: (x: number) => unknown, x: number): Promise<unknown> {
    return fn(x);
  }
  async callDeep(value: { a: [{ b: Map<string, (x: number) => unknown> }] }): Promise<unknown> {
    return value.a[0].b.get('fn')?.(20);
  }
}

const collect = (): void => globalThis.gc?.();

test('an object keeps its identity, whichever way it comes', async () => {
  const { remote, any, close } = await pair(new Workshop());
  assert.ok((await any['same']()) === remote);
  const part = await any['thePart']();
  assert.ok((await any['thePart']()) === part);
  assert.ok(((await any['echo']({ deep: [part] })) as { deep: unknown[] }).deep[0] === part);
  assert.is(await any['isPart'](part), true, 'come home it is the object itself');
  await close();
});

test('functions and objects of the caller come home as themselves', async () => {
  const { any, close } = await pair(new Workshop());
  const fn = (): number => 1;
  const own = new Part();
  assert.ok((await any['echo'](fn)) === fn);
  assert.ok((await any['echo'](own)) === own);
  await close();
});

test('callbacks work at any depth and may answer later', async () => {
  const { any, close } = await pair(new Workshop());
  assert.is(await any['call']((x: number) => x + 1, 1), 2);
  assert.is(await any['call'](async (x: number) => x * 2, 4), 8);
  assert.is(await any['callDeep']({ a: [{ b: new Map([['fn', (x: number) => x + 1]]) }] }), 21);
  await assert.rejects(
    any['call'](() => {
      throw new RangeError('of the caller');
    }, 1),
    RangeError,
  );
  await close();
});

test('a remote passed on to a third party reaches its object through both connections', async () => {
  const first = await pair(new Workshop());
  const second = await pair(new Workshop());
  const part = (await first.any['thePart']()) as AnyView;
  await second.any['keep'](part);
  assert.is(await second.any['kept']['use'](), 1);
  assert.is(await part['uses'], 1);
  assert.ok((await second.any['echo'](part)) === part);
  await first.close();
  await second.close();
});

test('a released remote is stale, and the other side has forgotten the object', async () => {
  const { any, server, connection, close } = await pair(new Workshop());
  const made = (await any['make']()) as AnyView;
  assert.is(server.stats().exported, 1);
  release(made);
  await assert.rejects(
    made['use'](),
    (error: { code?: string; executed?: string }) => error.code === 'ERR_STALE_REFERENCE' && error.executed === 'no',
  );
  await connection.flush();
  assert.is(server.stats().exported, 0);
  assert.is(connection.stats().imported, 0);
  release(made);
  await close();
});

test('using drops a reference at the end of the block', async () => {
  const { any, server, connection, close } = await pair(new Workshop());
  {
    using made = (await any['make']()) as AnyView;
    assert.is(await made['use'](), 1);
  }
  await connection.flush();
  assert.is(server.stats().exported, 0);
  await close();
});

test('a release that crosses a new mention does not lose the object', async () => {
  const { any, connection, close } = await pair(new Workshop());
  for (let i = 0; i < 100; i++) {
    const part = (await any['thePart']()) as AnyView;
    const again = any['thePart']();
    release(part);
    assert.ok(typeof (await ((await again) as AnyView)['use']()) === 'number');
    release(await again);
  }
  await connection.flush();
  await close();
});

test('a disposable object is disposed of when the other side drops it, and when the link ends', async () => {
  let disposed = 0;
  class Resource {
    [Symbol.dispose](): void {
      disposed++;
    }
  }
  const { any, connection, close } = await pair({
    open: () => byReference(new Resource(), { dispose: true }),
    plain: () => new Resource(),
  });
  const one = await any['open']();
  await any['open']();
  const plain = await any['plain']();
  release(one);
  release(plain);
  await connection.flush();
  await turn();
  assert.is(disposed, 1);
  await close();
  await turn();
  assert.is(disposed, 2);
});

test(
  'no reference is left after 100,000 were made and dropped',
  async () => {
    const { any, connection, server, close } = await pair(new Workshop());
    for (let round = 0; round < 100; round++) {
      await Promise.all(Array.from({ length: 1000 }, () => any['make']()));
      await any['echo'](() => round);
    }
    await until(() => {
      collect();
      return (
        server.stats().exported === 0 &&
        connection.stats().imported === 0 &&
        connection.stats().exported === 0 &&
        server.stats().kept === 0
      );
    });
    await close();
  },
  { timeout: 300_000 },
);

test(
  'no pending call is lost while the collector runs between sending and answer',
  async () => {
    const answers: (() => void)[] = [];
    const target = {
      wait: (x: number) => new Promise((resolve) => answers.push(() => resolve(x))),
      make: () => new Part(),
    };
    const { any, close } = await pair(target);
    let settled = 0;
    for (let round = 0; round < 100; round++) {
      for (let i = 0; i < 100; i++) {
        void any['wait'](i).then((value: unknown) => {
          if (value === i) settled++;
        });
      }
      void any['make']()
        ['use']()
        .then(() => settled++);
      await until(() => answers.length === 100);
      collect();
      for (const answer of answers.splice(0)) answer();
      collect();
    }
    await until(() => settled === 10_100);
    await close();
  },
  { timeout: 300_000 },
);

test('what a call needs stays while it runs, however little is held here', async () => {
  const open = gate();
  const { any, close } = await pair({
    make: () => ({ [Symbol.iterator]: () => [][Symbol.iterator](), slow: async () => (await open.opened, 'done') }),
  });
  const answer = (async () => ((await any['make']()) as AnyView)['slow']())();
  for (let i = 0; i < 10; i++) {
    collect();
    await turn();
  }
  open.open();
  assert.is(await answer, 'done');
  await close();
});

test('the end of the link forgets everything on both sides', async () => {
  const [a, b] = memoryPair();
  const listener = expose(new Workshop(), a);
  const remote = connect<Workshop>(b) as unknown as AnyView;
  const server = connectionOf(connect(a));
  await remote['keep'](() => 1);
  await remote['make']();
  const connection = connectionOf(remote);
  await connection.close();
  await server.closed;
  for (const stats of [connection.stats(), server.stats()]) {
    assert.equal(
      [stats.exported, stats.imported, stats.pending, stats.running, stats.kept, stats.streams],
      [0, 0, 0, 0, 0, 0],
    );
  }
  assert.is(listener.listening, false);
});
