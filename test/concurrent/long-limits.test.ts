/** Time limits that are longer than a timer can count, of which Node would make 1 ms. */
import { background, Lock, pipeline, Queue } from '@remoteobj/concurrent';
import { gate, turn } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

const day = 24 * 60 * 60 * 1000;

/** A timer of 1 ms has run, and so have those that were armed before it. */
async function shortestTimer(): Promise<void> {
  await turn();
  await new Promise((resolve) => setTimeout(resolve, 1));
}

for (const timeout of [30 * day, Infinity]) {
  test(`a lock and a queue are waited for ${timeout / day} days`, async () => {
    const lock = new Lock();
    const queue = new Queue<number>();
    const held = await lock.acquire();
    const permit = lock.acquire({ timeout });
    const item = queue.get({ timeout });
    await shortestTimer();
    held.release();
    await queue.put(5);
    (await permit).release();
    assert.is(await item, 5);
  });

  test(`something in the background may take ${timeout / day} days`, async () => {
    const wait = gate<number>();
    const call = background((opened: Promise<number>) => opened, { strategy: 'here', timeout })(wait.opened);
    await shortestTimer();
    wait.open(6);
    assert.is(await call, 6);
  });

  test(`a pipeline may be shown every ${timeout / day} days`, async () => {
    const lines: string[] = [];
    await using pipe = pipeline([{ fn: (n: number) => n }]);
    using _ = pipe.show({ every: timeout, write: (line) => void lines.push(line) });
    await shortestTimer();
    assert.is(lines.length, 1);
  });
}
