import { spawn, spawnThread } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Using from './modules/using.js';
import { withModule } from './temporary.js';

interface Plain {
  hasHook(): boolean;
}

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

  test(`plain JavaScript in a ${kind} has the hook for TypeScript, unless it is given options of node`, async () => {
    const source = `export const hasHook = () => globalThis[Symbol.for('remoteobj.typescript')] === true;`;
    await withModule('plain.mjs', source, async (url) => {
      await using inherits = await start<Plain>(url);
      assert.equal(await inherits.remote.hasHook(), true);
      await using plain = await start<Plain>(url, { execArgv: [] });
      assert.equal(await plain.remote.hasHook(), false);
    });
    await using translated = await start<typeof Using>(module, { execArgv: [] });
    assert.equal(await translated.remote.order(), ['body', 'disposed']);
  });
}
