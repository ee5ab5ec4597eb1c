import { sync, withOptions } from '@remoteobj/core';
import { ConnectionClosedError, NotListeningError, RemoteDiedError, SupervisorGaveUp } from '@remoteobj/except';
import { pool, spawnThread, type Pool } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Worker from './modules/worker.js';

const worker = new URL('./modules/worker.js', import.meta.url);
/** Nobody waits for the end of a pause so long. */
const pausing = { times: 5, delay: 60_000, maxDelay: 60_000 };

/** What a blocking call throws. */
function thrownBy<E extends Error>(call: () => unknown, Class: new (...args: never[]) => E): E {
  try {
    call();
  } catch (error) {
    assert.instance(error, Class);
    return error as E;
  }
  return assert.unreachable('an error was expected') as never;
}

/** Ends the only worker from inside; resolves in the pause before the next. */
async function untilPause(workers: Pool<typeof Worker>): Promise<void> {
  await assert.rejects(() => workers.remote.exit(1), RemoteDiedError);
  while (workers.stats().workers[0]?.state !== 'pausing') await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Timers that keep this process alive. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

for (const threaded of [false, true]) {
  for (const size of [1, 2, 3]) {
    const kind = threaded ? 'threads' : 'processes';
    test(`blocking calls of a pool of ${size} ${kind} use the one worker that is ready, and start no other`, async () => {
      const left = watchLeftovers();
      const workers = pool<typeof Worker>(worker, { size, threaded });
      assert.is(await workers.remote.square(2), 4);
      const blocking = sync(workers.remote);
      assert.equal([blocking.square(3), blocking.square(4), blocking.square(5)], [9, 16, 25]);
      assert.equal([...blocking.numbers], [1, 2, 3]);
      assert.is(workers.stats().workers.length, 1);
      assert.is(await workers.remote.square(6), 36);
      assert.is(workers.stats().started, 1);
      await workers.close();
      await left.assertNone();
    });
  }
}

test('a blocking call of a pool goes to the worker that is less busy', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 2, threaded: true });
  const both = latch();
  let met = 0;
  const arrive = (): Promise<void> => {
    if (++met === 2) both.open();
    return both.opened;
  };
  await Promise.all([workers.remote.meet(arrive), workers.remote.meet(arrive)]);
  const gate = latch();
  const slow = workers.remote.later(1, () => gate.opened);
  const idle = workers.stats().workers.find(({ running }) => running === 0);
  for (let i = 0; i < 3; i++) assert.is(sync(workers.remote).where(), `${process.pid}/${idle?.threadId}`);
  gate.open();
  assert.is(await slow, 1);
});

test('before any worker is ready a blocking call says to await one first, and gives its default where it has one', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 2, threaded: true });
  const error = thrownBy(() => sync(workers.remote).square(2), NotListeningError);
  assert.match(error.message, 'await a call first');
  assert.is(error.executed, 'no');
  assert.is(sync(withOptions(workers.remote.square, { default: 0 }))(2), 0);
  assert.is(await workers.remote.square(2), 4);
  assert.is(sync(workers.remote).square(2), 4);
  assert.is(workers.stats().started, 1);
  await workers.close();
  await left.assertNone();
});

test('a blocking call of a pinned key takes its worker alone, which must have been awaited', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 3, threaded: true });
  const pinned = workers.pin('a');
  thrownBy(() => sync(pinned).where(), NotListeningError);
  const where = await pinned.where();
  assert.equal([sync(pinned).where(), sync(workers.pin('a')).where()], [where, where]);
  assert.is(workers.stats().workers.length, 1);
});

test('in the pause before the next life a blocking call of a pool says so, and one that waits keeps the process alive', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 1, threaded: true, restart: pausing });
  await untilPause(workers);
  assert.match(thrownBy(() => sync(workers.remote).square(2), NotListeningError).message, 'await a call first');
  assert.is(sync(withOptions(workers.remote.square, { default: 0 }))(2), 0);
  const before = timers();
  const refused = assert.rejects(workers.remote.square(2), ConnectionClosedError);
  assert.is(timers(), before + 1);
  await workers.close({ timeout: 0 });
  assert.match(((await refused) as Error).message, 'the pool was closed');
  await left.assertNone();
});

test('after the last life, and after close, a blocking call of a pool says why there is none', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 1, threaded: true, restart: { times: 0 } });
  await assert.rejects(() => workers.remote.exit(1), RemoteDiedError);
  while (workers.stats().workers.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  thrownBy(() => sync(workers.remote).square(2), SupervisorGaveUp);
  assert.is(sync(withOptions(workers.remote.square, { default: 0 }))(2), 0);
  const closed = workers.close();
  const error = thrownBy(() => sync(workers.remote).square(2), ConnectionClosedError);
  assert.is(error.executed, 'no');
  await closed;
  thrownBy(() => sync(workers.pin('a')).square(2), ConnectionClosedError);
  assert.is(workers.stats().workers.length, 0, 'none was started for it');
  await left.assertNone();
});

test('in the pause of a supervised thread a blocking call says to await one first; then it blocks on the new life', async () => {
  const left = watchLeftovers();
  const child = await spawnThread<typeof Worker>(worker, { restart: { times: 1, delay: 1 } });
  await assert.rejects(() => child.remote.exit(1), RemoteDiedError);
  assert.match(thrownBy(() => sync(child.remote).square(2), NotListeningError).message, 'await a call first');
  assert.is(sync(withOptions(child.remote.square, { default: 0 }))(2), 0);
  assert.is(await child.remote.square(2), 4);
  assert.is(sync(child.remote).square(3), 9);
  await child.close();
  await left.assertNone();
});
