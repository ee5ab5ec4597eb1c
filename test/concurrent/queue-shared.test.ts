import { Queue } from '@remoteobj/concurrent';
import { connectionOf, withOptions } from '@remoteobj/core';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { spawn, type Spawned } from '@remoteobj/process';
import { gate, pair, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

const module = new URL('./modules/consumers.ts', import.meta.url);
type Module = typeof import('./modules/consumers.js');

test('loops of two processes share a queue, one item at a time; each is done when its loop asks for the next', async () => {
  await withChildren(async (a, b) => {
    const queue = await filled(20);
    const held = gate();
    const begun = new Map<string, number[]>([
      ['a', []],
      ['b', []],
    ]);
    const begin = (name: string) => (item: number) => {
      begun.get(name)?.push(item);
      return held.opened;
    };
    const counts = [a.remote.consume(queue, begin('a')), b.remote.consume(queue, begin('b'))];
    await until(() => begun.get('a')?.length === 1 && begun.get('b')?.length === 1);
    assert.is(queue.length, 18, 'each has one, and nothing was sent ahead');
    assert.is(queue.unfinished, 20, 'none is done');
    held.open();
    await queue.join();
    assert.equal(
      [...begun.values()].flat().sort((x, y) => x - y),
      Array.from({ length: 20 }, (_, i) => i),
    );
    queue.close();
    const [ofA, ofB] = (await Promise.all(counts)) as [number, number];
    assert.is(ofA + ofB, 20);
  });
});

test('a loop of another process that is left comes back at once, and leaves the rest', async () => {
  await withChildren(async (a) => {
    const queue = await filled(20);
    assert.is(await a.remote.consume(queue, () => {}, 3), 3);
    assert.is(queue.length, 17);
    assert.is(queue.unfinished, 17);
    const few = await filled(3);
    assert.is(await a.remote.consume(few, () => {}, 3), 3, 'although no item comes any more');
    await few.put(4);
    assert.is(few.length, 1);
  });
});

test('a loop whose process is killed takes along the one item that it had begun', async () => {
  await withChildren(async (a) => {
    const queue = await filled(5);
    const begun = gate<number>();
    const looping = a.remote.consume(queue, (item) => {
      begun.open(item);
      return new Promise(() => {});
    });
    const failed = assert.rejects(looping, RemoteDiedError);
    assert.is(await begun.opened, 0);
    await a.kill('SIGKILL');
    await failed;
    assert.is(queue.length, 4);
    assert.is(queue.unfinished, 4);
  });
});

test('a loop whose process is killed while it waits for an item takes none along', async () => {
  await withChildren(async (a) => {
    const queue = await filled(1);
    const failed = assert.rejects(
      a.remote.consume(queue, () => {}),
      RemoteDiedError,
    );
    await queue.join(); // it has asked for the next
    await a.kill('SIGKILL');
    await failed;
    await queue.put(7);
    assert.is(queue.length, 1);
  });
});

test('a get or put whose process dies leaves no hole and no item', async () => {
  await withChildren(async (a, b) => {
    const empty = new Queue<number>();
    const full = await filled(1, 1);
    const failed = [
      assert.rejects(a.remote.getOne(empty), RemoteDiedError),
      assert.rejects(a.remote.putOne(full, 2), RemoteDiedError),
    ];
    await until(() => connectionOf(a.remote).stats().running === 2);
    const patient = b.remote.getOne(empty);
    await until(() => connectionOf(b.remote).stats().running === 1);
    await a.kill('SIGKILL');
    await Promise.all(failed);
    await empty.put(8);
    assert.is(await patient, 8);
    await empty.put(9);
    assert.is(empty.length, 1);
    assert.is(await full.get(), 0);
    assert.is(full.length, 0);
  });
});

test('a get, put or join whose caller gives up is withdrawn', async () => {
  const queue = new Queue<number>(1);
  const { remote, server, close } = await pair({ queue });
  const controller = new AbortController();
  const cancelled = withOptions(remote.queue.get, { signal: controller.signal })();
  const failed = assert.rejects(cancelled, (error: Error) => error.name === 'AbortError');
  await until(() => server.stats().running === 1);
  controller.abort();
  await failed;
  await until(() => server.stats().running === 0);
  await queue.put(7);
  assert.is(queue.length, 1, 'nobody took it');
  await assert.rejects(withOptions(remote.queue.put, { timeout: 1 })(8), TimeoutError);
  await assert.rejects(withOptions(remote.queue.join, { timeout: 1 })(), TimeoutError);
  await until(() => server.stats().running === 0);
  assert.is(await queue.get(), 7);
  assert.is(queue.length, 0, 'nothing was put');
  await close();
});

async function filled(items: number, size?: number): Promise<Queue<number>> {
  const queue = new Queue<number>(size);
  for (let i = 0; i < items; i++) await queue.put(i);
  return queue;
}

async function withChildren(body: (a: Spawned<Module>, b: Spawned<Module>) => Promise<void>): Promise<void> {
  const leftovers = watchLeftovers();
  {
    await using a = await spawn<Module>(module, { name: 'a' });
    await using b = await spawn<Module>(module, { name: 'b' });
    await body(a, b);
  }
  await leftovers.assertNone();
}
