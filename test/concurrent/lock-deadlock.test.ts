import { DeadlockError, Lock, spawn, spawnThread } from 'remoteobj';
import { assert, test, watchLeftovers } from '../support/suite.js';

const module = new URL('./modules/blocker.ts', import.meta.url);
type Blocker = typeof import('./modules/blocker.js');

for (const [kind, start] of [
  ['processes', spawn],
  ['threads', spawnThread],
] as const) {
  test(`a circle that leads through a lock is found between ${kind}`, async () => {
    const leftovers = watchLeftovers();
    {
      await using a = await start<Blocker>(module, { name: 'a' });
      await using b = await start<Blocker>(module, { name: 'b' });
      const lock = new Lock();
      // a holds the lock and blocks on b, by way of this process; b blocks on the lock.
      const error: unknown = await a.remote.callHolding(lock, b.remote.take, lock).catch((e: unknown) => e);
      assert.ok(error instanceof DeadlockError, String(error));
      assert.equal(error.cycle.map(({ process }) => process).toSorted(), ['a', 'b']);
      assert.ok(
        error.cycle.some(({ view }) => view.includes('acquire')),
        error.message,
      );
      // The one who gave way let go of everything.
      assert.is(await b.remote.take(lock), 'taken');
      assert.is(lock.locked, false);
    }
    await leftovers.assertNone();
  });
}
