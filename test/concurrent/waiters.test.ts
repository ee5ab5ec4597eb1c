import { getEventListeners } from 'node:events';
import { Lock, pipeline, Queue } from '@remoteobj/concurrent';
import { withOptions } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';
import { spawn } from '@remoteobj/process';
import { pair, turn, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

test('a remote acquire whose caller gives up leaves no hole', async () => {
  const lock = new Lock();
  const { remote, server, close } = await pair({ lock });
  const held = await lock.acquire();
  await assert.rejects(withOptions(remote.lock.acquire, { timeout: 1 })(), TimeoutError);
  const controller = new AbortController();
  const cancelled = withOptions(remote.lock.acquire, { signal: controller.signal })();
  const failed = assert.rejects(cancelled);
  await until(() => lock.waiting === 1);
  controller.abort();
  await failed;
  await until(() => lock.waiting === 0);
  await until(() => server.stats().running === 0);
  held.release();
  await until(() => !lock.locked);
  await close();
});

test('one signal may end any number of waits and pipelines; it is listened to once, and no longer than there are any', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = (): number => getEventListeners(signal, 'abort').length;
  const [lock, queue] = [new Lock(), new Queue<number>()];
  const held = await lock.acquire();
  const first = lock.acquire({ signal });
  held.release();
  (await first).release();
  assert.is(listeners(), 0);
  using _ = await lock.acquire();
  const waits = Array.from({ length: 20 }, () => [lock.acquire({ signal }), queue.get({ signal })]).flat();
  const pipes = Array.from({ length: 20 }, () => pipeline([{ fn: (n: number) => n }], { signal }));
  assert.is(listeners(), 1);
  const ends = Promise.allSettled([...waits, ...pipes.map((pipe) => pipe.drain())]);
  controller.abort('enough');
  for (const end of await ends) assert.equal(end, { status: 'rejected', reason: 'enough' });
  assert.is(listeners(), 0);
  assert.equal([lock.waiting, queue.length], [0, 0]);
});

test('an answer that comes when its caller has given up is given back', async () => {
  const lock = new Lock();
  const { remote, server, close } = await pair({ lock });
  const controller = new AbortController();
  // Aborted in the very turn in which it is granted: the answer is on its way.
  const granted = lock.acquire.bind(lock);
  lock.acquire = async (options) => {
    const permit = await granted(options);
    setImmediate(() => controller.abort());
    queueMicrotask(() => controller.abort());
    return permit;
  };
  await assert.rejects(withOptions(remote.lock.acquire, { signal: controller.signal })());
  for (let i = 0; i < 10; i++) await turn(); // long before anything is collected
  assert.not(lock.locked);
  assert.is(server.stats().exported, 0);
  await close();
});

test('a process that dies while it waits for a lock leaves no hole', async () => {
  const leftovers = watchLeftovers();
  const lock = new Lock();
  const child = await spawn<typeof import('./modules/holder.js')>(new URL('./modules/holder.ts', import.meta.url));
  const held = await lock.acquire();
  const failed = assert.rejects(child.remote.hold(lock));
  await until(() => lock.waiting === 1);
  await child.kill('SIGKILL');
  await failed;
  held.release();
  await until(() => !lock.locked);
  await leftovers.assertNone();
});

test('a permit that nobody asked for is given back', async () => {
  const lock = new Lock();
  const { any, close, connection } = await pair({ lock });
  any.lock.acquire();
  await connection.flush();
  await until(() => {
    globalThis.gc?.();
    return !lock.locked;
  });
  await close();
});
