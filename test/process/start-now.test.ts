import { connectionOf, sync, waitUntilListening } from '@remoteobj/core';
import { startProcess, startThread } from '@remoteobj/process';
import type { Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

const tasks = new URL('../concurrent/modules/tasks.js', import.meta.url);
const broken = new URL('./modules/broken.js', import.meta.url);

for (const [kind, start] of [
  ['process', startProcess],
  ['thread', startThread],
] as const) {
  test(`${kind}: what is started without waiting can be used at once, also by blocking`, async () => {
    const leftovers = watchLeftovers();
    const child = start<typeof import('../concurrent/modules/tasks.js')>(tasks);
    assert.ok(child.alive);
    const first = child.remote.add(1, 2);
    assert.not(connectionOf(child.remote).listening);
    assert.is(sync(child.remote).add(3, 4), 7);
    assert.is(await first, 3);
    await child.close();
    await leftovers.assertNone();
  });

  test(`${kind}: a start that fails is the error of whatever is asked, and nothing is left`, async () => {
    const leftovers = watchLeftovers();
    const child = start<Untyped>(broken);
    const call = child.remote.add(1, 2);
    await assert.rejects(waitUntilListening(child.remote));
    const error = (await assert.rejects(call)) as Error;
    assert.match(error.message, /stopped listening, because of Error: broken at the top/);
    assert.is((error.cause as Error).message, 'broken at the top');
    await child.exited;
    assert.not(child.alive);
    await leftovers.assertNone();
  });

  test(`${kind}: what is wrong from the beginning is thrown`, () => {
    assert.throws(() => start(new URL('./modules/missing.js', import.meta.url)), /there is no module/);
    assert.throws(() => start(tasks, { restart: { times: 1, within: 1000 } } as Untyped), /no options restart/);
  });
}
