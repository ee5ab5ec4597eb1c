/** Time limits that are longer than a timer can count, of which Node would make 1 ms. */
import { connect, expose, waitUntilListening, withOptions } from '@remoteobj/core';
import { pool, spawn, type Spawned } from '@remoteobj/process';
import { memoryPair } from '@remoteobj/transport';
import { gate, pair, turn } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Holding from './modules/holding.js';

const module = new URL('./modules/holding.js', import.meta.url);
const day = 24 * 60 * 60 * 1000;

/** A timer of 1 ms has run, and so have those that were armed before it. */
async function shortestTimer(): Promise<void> {
  await turn();
  await new Promise((resolve) => setTimeout(resolve, 1));
}

for (const timeout of [30 * day, Infinity]) {
  test(`a call with a time limit of ${timeout / day} days is waited for`, async () => {
    const wait = gate<number>();
    const { any, close } = await pair({ hold: () => wait.opened });
    const call = Promise.resolve(withOptions(any.hold, { timeout })());
    await shortestTimer();
    wait.open(7);
    assert.is(await call, 7);
    await close();
  });

  test(`the other end is waited for ${timeout / day} days`, async () => {
    const [here, there] = memoryPair();
    const listening = waitUntilListening(connect(here), { timeout });
    await shortestTimer();
    const listener = expose({}, there);
    assert.is(await listening, true);
    await listener.stop();
  });

  test(`a call with a time limit of ${timeout / day} days waits for a worker of a pool, and for its answer`, async () => {
    const left = watchLeftovers();
    const wait = gate<number>();
    const workers = pool<typeof Holding>(module, { size: 1 });
    let begun: () => void = () => {};
    const runs = new Promise<void>((resolve) => (begun = resolve));
    const call = Promise.resolve(
      withOptions(workers.remote.hold, { timeout })(() => {
        begun();
        return wait.opened;
      }),
    );
    await Promise.race([runs, call]);
    await shortestTimer();
    wait.open(8);
    assert.is(await call, 8);
    await workers.close();
    await left.assertNone();
  });

  test(`a call with a time limit of ${timeout / day} days waits for a child`, async () => {
    const wait = gate<number>();
    await using child: Spawned<typeof Holding> = await spawn<typeof Holding>(module);
    const call = Promise.resolve(withOptions(child.remote.hold, { timeout })(() => wait.opened));
    await shortestTimer();
    wait.open(9);
    assert.is(await call, 9);
  });
}
