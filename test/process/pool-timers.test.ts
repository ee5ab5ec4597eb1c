import { RemoteDiedError } from '@remoteobj/except';
import { pool, type PoolOptions } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Worker from './modules/worker.js';

const worker = new URL('./modules/worker.js', import.meta.url);
const month = 30 * 24 * 60 * 60 * 1000; // longer than a timer counts

/** Names of the warnings that come while `use` runs. */
async function warningsOf(use: () => Promise<void>): Promise<string[]> {
  const names: string[] = [];
  const listener = ({ name }: Error): void => void names.push(name);
  process.on('warning', listener);
  await use();
  await new Promise((resolve) => setImmediate(resolve)); // warnings come in a tick of their own
  process.off('warning', listener);
  return names;
}

for (const long of [month, Number.POSITIVE_INFINITY]) {
  const options: PoolOptions = {
    size: 1,
    threaded: true,
    idleTimeout: 8 * long,
    restart: { times: 3, within: long, delay: long, maxDelay: long },
  };

  test(`a pool whose times are ${long} ms waits so long, and no timer fires at once instead`, async () => {
    const left = watchLeftovers();
    const warnings = await warningsOf(async () => {
      const workers = pool<typeof Worker>(worker, options);
      await assert.rejects(() => workers.remote.exit(1), RemoteDiedError);
      while (workers.stats().workers[0]?.state !== 'pausing') await new Promise((resolve) => setTimeout(resolve, 1));
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 1));
      assert.is(workers.stats().workers[0]?.state, 'pausing');
      await workers.close({ timeout: long, grace: long });
    });
    assert.equal(warnings, []);
    await left.assertNone();
  });

  test(`close of a pool with a time limit of ${long} ms lets its calls finish`, async () => {
    const left = watchLeftovers();
    const warnings = await warningsOf(async () => {
      const workers = pool<typeof Worker>(worker, { ...options, size: 2 });
      const gate = latch();
      const slow = workers.remote.later('done', () => gate.opened);
      const closed = workers.close({ timeout: long, grace: long });
      for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 1));
      gate.open();
      assert.is(await slow, 'done');
      await closed;
    });
    assert.equal(warnings, []);
    await left.assertNone();
  });
}
