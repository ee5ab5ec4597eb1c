import { Lock, Semaphore } from '@remoteobj/concurrent';
import { TimeoutError } from '@remoteobj/except';
import { spawn } from '@remoteobj/process';
import { pair, turn, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

const holderUrl = new URL('./modules/holder.ts', import.meta.url);

test('one at a time holds a lock, and the block gives it back', async () => {
  const lock = new Lock();
  {
    using _ = await lock.acquire();
    assert.ok(lock.locked);
    assert.is(lock.tryAcquire(), undefined);
  }
  assert.not(lock.locked);
});

test('waiting is fair', async () => {
  const lock = new Lock();
  const order: number[] = [];
  const first = await lock.acquire();
  const rest = [1, 2, 3].map(async (number) => {
    using _ = await lock.acquire();
    order.push(number);
    await turn();
  });
  first.release();
  assert.is(lock.tryAcquire(), undefined, 'nobody overtakes those in line');
  await Promise.all(rest);
  assert.equal(order, [1, 2, 3]);
});

test('a permit is given back once, however often it is released', async () => {
  const semaphore = new Semaphore(2);
  const [first, second] = [await semaphore.acquire(), await semaphore.acquire()];
  first.release();
  first.release();
  first[Symbol.dispose]();
  assert.is(semaphore.available, 1);
  second.release();
  assert.is(semaphore.available, 2);
});

test('a semaphore lets so many go on', async () => {
  const semaphore = new Semaphore(3);
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      using _ = await semaphore.acquire();
      most = Math.max(most, ++inside);
      await turn();
      inside--;
    }),
  );
  assert.is(most, 3);
  for (const n of [0, -1, 0.5]) assert.throws(() => new Semaphore(n), /whole number from 1/);
});

test('an acquire that is cancelled or late leaves no hole', async () => {
  const lock = new Lock();
  const held = await lock.acquire();
  const controller = new AbortController();
  const cancelled = lock.acquire({ signal: controller.signal });
  const late = lock.acquire({ timeout: 0 });
  const patient = lock.acquire();
  controller.abort();
  await assert.rejects(cancelled, (error: Error) => error.name === 'AbortError');
  await assert.rejects(late, TimeoutError);
  held.release();
  (await patient).release();
  assert.not(lock.locked);
  await assert.rejects(lock.acquire({ signal: controller.signal }));
  assert.not(lock.locked);
});

test('a lock works the same over a connection', async () => {
  const lock = new Lock();
  const { remote, server, close } = await pair({ lock });
  {
    using _ = await remote.lock.acquire();
    assert.ok(lock.locked);
    const controller = new AbortController();
    const cancelled = remote.lock.acquire({ signal: controller.signal });
    await until(() => lock.waiting === 1);
    controller.abort();
    await assert.rejects(cancelled);
    await until(() => lock.waiting === 0);
  }
  await until(() => !lock.locked);
  const permit = await remote.lock.acquire();
  await permit.release();
  assert.not(lock.locked);
  permit[Symbol.dispose]();
  await until(() => server.stats().exported === 0);
  await close();
});

test('a lock is freed when the connection of its holder ends', async () => {
  const lock = new Lock();
  const { remote, close } = await pair({ lock });
  await remote.lock.acquire();
  assert.ok(lock.locked);
  await close();
  assert.not(lock.locked);
});

test('a lock is freed when the process that holds it dies, and the next in line gets it', async () => {
  const leftovers = watchLeftovers();
  const lock = new Lock();
  const [first, second] = await Promise.all([
    spawn<typeof import('./modules/holder.js')>(holderUrl),
    spawn<typeof import('./modules/holder.js')>(holderUrl),
  ]);
  await first.remote.hold(lock);
  assert.ok(lock.locked);
  const next = second.remote.hold(lock);
  await until(() => lock.waiting === 1);
  await first.kill('SIGKILL');
  await next;
  assert.ok(lock.locked);
  await second.remote.letGo();
  await until(() => !lock.locked);
  await second.close();
  await leftovers.assertNone();
});

test('permits of a semaphore that a process holds are free when it dies, and those in line get them', async () => {
  const leftovers = watchLeftovers();
  const url = new URL('./modules/consumers.ts', import.meta.url);
  const semaphore = new Semaphore(3);
  {
    await using first = await spawn<typeof import('./modules/consumers.js')>(url);
    await using second = await spawn<typeof import('./modules/consumers.js')>(url);
    await first.remote.hold(semaphore);
    await first.remote.hold(semaphore);
    await second.remote.hold(semaphore);
    const next = [second.remote.hold(semaphore), second.remote.hold(semaphore)];
    await until(() => semaphore.waiting === 2);
    await first.kill('SIGKILL');
    await Promise.all(next);
    assert.is(semaphore.available, 0);
  }
  await until(() => semaphore.available === 3);
  await leftovers.assertNone();
});

test('a lock of one child that another one used is free at the end of the block', async () => {
  const leftovers = watchLeftovers();
  const [owner, user] = await Promise.all([
    spawn<typeof import('./modules/deadlocks.js')>(new URL('./modules/deadlocks.ts', import.meta.url)),
    spawn<typeof import('./modules/deadlocks.js')>(new URL('./modules/deadlocks.ts', import.meta.url)),
  ]);
  const lock = (await owner.remote.own) as unknown as Lock;
  for (let i = 0; i < 3; i++) assert.is(await user.remote.take(lock), 'taken'); // again only if it was freed
  await user.remote.keep(lock);
  const next = owner.remote.take(lock);
  await user.kill('SIGKILL');
  assert.is(await next, 'taken');
  await owner.close();
  await leftovers.assertNone();
});
