import { spawn, spawnThread } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Service from './modules/service.js';

const service = new URL('./modules/service.js', import.meta.url);
const times = 20;

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  const closed = async (): Promise<void> => {
    const left = watchLeftovers();
    for (let i = 0; i < times; i++) {
      await using child = await start<typeof Service>(service);
      assert.is(await child.remote.add(i, 1), i + 1);
    }
    await left.assertNone();
  };
  test(`nothing is left of ${times} ${kind === 'process' ? 'processes' : 'threads'} that were closed`, closed, {
    timeout: 180_000,
  });

  test(`a ${kind} that is ended beside others leaves nothing either`, async () => {
    const left = watchLeftovers();
    const children = await Promise.all(Array.from({ length: 4 }, () => start<typeof Service>(service)));
    await Promise.all(children.map((child, i) => (i % 2 === 0 ? child.close() : child.kill('SIGKILL'))));
    assert.ok(children.every((child) => !child.alive));
    await left.assertNone();
  });
}
