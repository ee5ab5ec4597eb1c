import { DeadlockError, spawn, spawnThread, type Lock, type Spawned } from 'remoteobj';
import { gate } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

const module = new URL('./modules/slow-start.ts', import.meta.url);
type Module = typeof import('./modules/slow-start.js');

for (const [kind, start] of [
  ['processes', spawn],
  ['threads', spawnThread],
] as const)
  test(`${kind}: a circle of calls that work for long between taking a lock and awaiting it is found`, async () => {
    const left = watchLeftovers();
    {
      await using a: Spawned<Module> = await start<Module>(module, { name: 'a' });
      await using b: Spawned<Module> = await start<Module>(module, { name: 'b' });
      const [first, second] = [await a.remote.own, await b.remote.own] as unknown as [Lock, Lock];
      const { opened, open } = gate();
      let there = 0;
      const taken = (): Promise<void> => (++there === 2 && open(), opened);
      const ends = await Promise.allSettled([
        a.remote.takeOwnSlowly(second as never, taken, 100),
        b.remote.takeOwnSlowly(first as never, taken, 100),
      ]);
      const failed = ends.filter((end) => end.status === 'rejected');
      assert.is(failed.length, 1);
      assert.instance(failed[0]?.reason, DeadlockError);
    }
    await left.assertNone();
  });
