/** Blocking on calls that were made before, of pools and of children that are restarted. */
import { get, lazy, sync, withOptions } from '@remoteobj/core';
import { NotListeningError, TimeoutError } from '@remoteobj/except';
import { pool, spawn, spawnThread, type Pool, type Spawned } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Worker from './modules/worker.js';

const worker = new URL('./modules/worker.js', import.meta.url);
const restart = { times: 1 };

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

const kinds: [string, () => Promise<Pool<typeof Worker> | Spawned<typeof Worker>>][] = [
  ['a pool of processes', async () => pool<typeof Worker>(worker, { size: 1 })],
  ['a pool of threads', async () => pool<typeof Worker>(worker, { size: 1, threaded: true })],
  ['a child with restart', () => spawn<typeof Worker>(worker, { restart })],
  ['a thread with restart', () => spawnThread<typeof Worker>(worker, { restart })],
];

for (const [kind, start] of kinds) {
  test(`whoever blocks on a call of ${kind} may serve all requests, and limit the time`, async () => {
    const left = watchLeftovers();
    const started = await start();
    const { remote } = started;
    const where = await remote.where();
    let met = '';
    const meeting = remote.meet(((here: string) => (met = here)) as never);
    assert.is(get(sync(meeting, { pump: 'all' })), where);
    assert.is(met, where);
    const late = remote.later(1, () => new Promise<void>(() => {}));
    assert.is(thrownBy(() => get(sync(late, { timeout: 20 })), TimeoutError).executed, 'unknown');
    await assert.rejects(late, TimeoutError);
    assert.equal([...sync(remote.countTo(3), { timeout: 20_000 })], [1, 2, 3]);
    await started.close({ timeout: 0 });
    await left.assertNone();
  });

  test(`the failure of a call of ${kind} that somebody blocked on is told once`, async () => {
    const started = await start();
    const { remote } = started;
    await remote.where();
    assert.is(thrownBy(() => get(sync(remote.fail('at once'))), RangeError).message, 'at once');
    assert.is(
      thrownBy(() => get(sync(remote.fail('extended') as never as Worker.Counter).count), RangeError).message,
      'extended',
    );
    await started.close(); // which rejects with what nobody heard
  });
}

test('a call that waits for the first worker is not run when somebody blocks on it, as the error says', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 1, threaded: true });
  const call = workers.remote.where();
  const error = thrownBy(() => get(sync(call)), NotListeningError);
  assert.match(error.message, 'await a call first');
  assert.is(error.executed, 'no');
  assert.is(
    thrownBy(() => get(sync(call)), NotListeningError),
    error,
  );
  assert.is(await assert.rejects(call), error);
  assert.is(get(sync(workers.remote.where(), { default: 'nowhere' })), 'nowhere');
  assert.is(await workers.remote.callsSoFar(), 0);
  await workers.close();
  await left.assertNone();
});

test('a call that waits for the first worker is run, as the error says, when somebody blocks on what goes on from it', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 1, threaded: true });
  const counter = workers.remote.make(3);
  const error = thrownBy(() => get(sync(counter).count), NotListeningError);
  assert.match(error.message, '(?.make(3)) waits for that: await it first');
  assert.is(error.executed, 'unknown');
  assert.is(await (await counter).count, 3);
  assert.is(get(sync(counter).count), 3);
  assert.is(await workers.remote.makes, 1);
});

test('a call that waits for a further worker goes to the one that is ready when somebody blocks on it, and runs once', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 2, threaded: true });
  await workers.remote.square(1);
  const gate = latch();
  const slow = workers.remote.later(1, () => gate.opened);
  const call = workers.remote.where();
  assert.is(workers.stats().waiting, 1);
  assert.match(get(sync(call)), `${process.pid}/`);
  const counter = workers.remote.make(3);
  assert.is(workers.stats().waiting, 1);
  assert.is(get(sync(counter).count), 3);
  gate.open();
  assert.is(await slow, 1);
  const calls = await workers.broadcast<number>(lazy(workers.remote.callsSoFar)());
  assert.is(Math.max(...calls), 1);
  assert.is(Math.min(...calls), 0);
});

test('a call that was settled before a worker was there is not run by whoever blocks on it later', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 1, threaded: true });
  const given = withOptions(workers.remote.where, { default: 'nowhere' })();
  const late = workers.remote.where();
  await assert.rejects(() => get(late, { timeout: 0 }), TimeoutError);
  await workers.remote.square(1);
  assert.is(get(sync(given)), 'nowhere');
  assert.is(thrownBy(() => get(sync(late)), TimeoutError).executed, 'no');
  assert.is(await workers.remote.callsSoFar(), 0);
});

test('a call that was made before close can still be blocked on', async () => {
  const workers = pool<typeof Worker>(worker, { size: 1, threaded: true });
  await workers.remote.square(1);
  const call = workers.remote.square(3);
  const closed = workers.close();
  assert.is(get(sync(call)), 9);
  await closed;
});
