import { spawn, spawnThread } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Using from './modules/using.js';

const module = new URL('./modules/using.js', import.meta.url);

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`a TypeScript module runs in a ${kind}, newer syntax included`, async () => {
    const left = watchLeftovers();
    await using child = await start<typeof Using>(module);
    assert.equal(await child.remote.order(), ['body', 'disposed']);
    await child.close();
    await left.assertNone();
  });

  test(`errors of a ${kind} tell lines of the TypeScript source`, async () => {
    await using child = await start<typeof Using>(module);
    const error = await assert.rejects(() => child.remote.failHere(), 'on line 12');
    assert.match((error as Error).stack ?? '', /using\.ts:12:9/);
  });
}
