import {
  background,
  connectionOf,
  DeadlockError,
  Lock,
  remoteModule,
  Semaphore,
  spawn,
  spawnThread,
  type Spawned,
} from 'remoteobj';
import { gate, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

const module = new URL('./modules/deadlocks.ts', import.meta.url);
type Module = typeof import('./modules/deadlocks.js');
type Child = Spawned<Module>;

const ownEnds = ['a time limit', 'a signal', 'a limit of the call', 'a timer beside it'] as const;

for (const [kind, start] of [
  ['processes', spawn],
  ['threads', spawnThread],
] as const) {
  test(`${kind}: a circle of two locks of one process that are awaited is found, and one gives way`, async () => {
    await withTwo(start, async (a, b) => {
      const [first, second] = [new Lock(), new Lock()];
      const taken = both();
      const ends = await Promise.allSettled([
        a.remote.takeBoth(first, second, taken),
        b.remote.takeBoth(second, first, taken),
      ]);
      assertOneGaveWay(ends);
      await until(() => !first.locked && !second.locked);
    });
  });

  test(`${kind}: a circle of two locks in two processes is found`, async () => {
    await withTwo(start, async (a, b) => {
      const [first, second] = [await a.remote.own, await b.remote.own] as unknown as [Lock, Lock];
      const taken = both();
      const ends = await Promise.allSettled([a.remote.takeOwnAnd(second, taken), b.remote.takeOwnAnd(first, taken)]);
      assertOneGaveWay(ends);
    });
  });

  test(`${kind}: so is one of which one blocks and the other awaits; the one that blocks gives way`, async () => {
    await withTwo(start, async (a, b) => {
      const [first, second] = [new Lock(), new Lock()];
      const taken = both();
      const blocked = assert.rejects(a.remote.blockForBoth(first, second, taken), DeadlockError);
      assert.is(await b.remote.takeBoth(second, first, taken), 'both');
      const { cycle } = (await blocked) as DeadlockError;
      assert.equal(cycle.map(({ process }) => process).toSorted(), ['a', 'b']);
    });
  });

  test(`${kind}: so is one of locks that live elsewhere than with those who hold them`, async () => {
    await withTwo(start, async (a, b) => {
      const [ofA, ofB] = [await a.remote.own, await b.remote.own] as unknown as [Lock, Lock];
      const taken = both();
      // Each holds the other's lock, and awaits its own.
      const ends = await Promise.allSettled([a.remote.takeBoth(ofB, ofA, taken), b.remote.takeBoth(ofA, ofB, taken)]);
      assertOneGaveWay(ends);
    });
  });
}

for (const [kind, start] of [
  ['processes', spawn],
  ['threads', spawnThread],
] as const) {
  for (const how of kind === 'threads' ? (['a timer beside it'] as const) : ownEnds) {
    test(`${kind}: a wait that may end by itself is in no circle: ${how}`, async () => {
      await withTwo(start, async (a, b) => {
        const [first, second] = [new Lock(), new Lock()];
        const taken = both();
        const somehow = a.remote.takeBothSomehow(how, first, second, taken);
        const other = b.remote.takeBoth(second, first, taken);
        const ends = Promise.all([somehow, other]);
        await until(() => first.waiting === 1 && second.waiting === 1);
        await Promise.race([probed(a), ends]); // a false alarm ends it
        await a.remote.endIt();
        assert.equal(await ends, ['both', 'both']);
      });
    });
  }

  test(`${kind}: who holds the permits of a semaphore and waits for another one of it is found, and one gives way`, async () => {
    await withTwo(start, async (a, b) => {
      const semaphore = new Semaphore(2);
      const taken = both();
      const ends = await Promise.allSettled([
        a.remote.takeBoth(semaphore, semaphore, taken),
        b.remote.takeBoth(semaphore, semaphore, taken),
      ]);
      assertOneGaveWay(ends);
      await until(() => semaphore.available === 2);
    });
  });
}

test('so are those who block for another permit', async () => {
  await withTwo(spawn, async (a, b) => {
    const semaphore = new Semaphore(2);
    const taken = both();
    const ends = await Promise.allSettled([
      a.remote.blockForBoth(semaphore, semaphore, taken),
      b.remote.takeBoth(semaphore, semaphore, taken),
    ]);
    assertOneGaveWay(ends);
  });
});

test('one who holds a permit and works may give it back: no circle', async () => {
  await withTwo(spawn, async (a, b) => {
    const semaphore = new Semaphore(2);
    const { opened, open } = gate();
    const holding = a.remote.takeWhile(semaphore, () => opened);
    await until(() => semaphore.available === 1);
    const waiting = b.remote.takeBoth(semaphore, semaphore, async () => {});
    await until(() => semaphore.waiting === 1);
    await probed(a);
    open();
    assert.equal(await Promise.all([holding, waiting]), ['taken', 'both']);
  });
});

test('a circle of a lock and a future is found', async () => {
  await withTwo(spawn, async (a) => {
    const lock = new Lock();
    const error = await assert.rejects(a.remote.takeAndAsk(lock), DeadlockError);
    assert.match((error as Error).message, /a awaits .*background-process-1 awaits .*acquire/);
    await until(() => !lock.locked);
  });
});

test('what was taken by an earlier call belongs to whoever lets it go: no circle', async () => {
  await withTwo(spawn, async (a, b) => {
    const [first, second] = [new Lock(), new Lock()];
    await a.remote.keep(first);
    const other = b.remote.takeBoth(second, first, async () => {});
    await until(() => second.locked && first.waiting === 1);
    const taking = a.remote.take(second);
    await probed(a);
    await a.remote.letGo();
    assert.equal(await Promise.all([other, taking]), ['both', 'taken']);
  });
});

test('what an earlier call waits for still is not what a later one waits for: no circle', async () => {
  await withTwo(spawn, async (a, b) => {
    const [first, second] = [new Lock(), new Lock()];
    const taken = gate();
    const other = b.remote.takeBoth(second, first, () => taken.opened);
    await until(() => second.locked);
    await a.remote.leaveWaiting(second);
    const holding = a.remote.takeUntilEnd(first);
    await until(() => first.locked && second.waiting === 1);
    taken.open();
    const ends = Promise.all([other, holding]);
    await until(() => first.waiting === 1);
    await Promise.race([probed(a), ends]); // a false alarm ends it
    await a.remote.endIt();
    assert.equal(await ends, ['both', 'taken']);
  });
});

test('another call of the same process may be the one that goes on: no circle', async () => {
  await withTwo(spawn, async (a, b) => {
    const [first, second] = [new Lock(), new Lock()];
    const { opened, open } = gate();
    const holding = a.remote.takeWhile(first, () => opened);
    await until(() => first.locked);
    const other = b.remote.takeBoth(second, first, async () => {});
    await until(() => second.locked && first.waiting === 1);
    const taking = a.remote.take(second);
    await probed(a);
    open();
    assert.equal(await Promise.all([holding, other, taking]), ['taken', 'both', 'taken']);
  });
});

test('a long wait for a lock that somebody holds and works is no circle', async () => {
  await withTwo(spawn, async (a, b) => {
    const lock = new Lock();
    const { opened, open } = gate();
    const holding = a.remote.takeWhile(lock, () => opened);
    await until(() => lock.locked);
    const taking = b.remote.take(lock);
    await probed(a);
    open();
    assert.equal(await Promise.all([holding, taking]), ['taken', 'taken']);
  });
});

test('code of the program itself that holds a lock is not taken for a call that waits', async () => {
  await withTwo(spawn, async (a, b) => {
    const lock = new Lock();
    const held = await lock.acquire();
    const taking = [a.remote.take(lock), b.remote.take(lock)];
    await until(() => lock.waiting === 2);
    held.release();
    assert.equal(await Promise.all(taking), ['taken', 'taken']);
  });
});

test('a program that holds a lock and blocks on a future that wants it gets a DeadlockError', async () => {
  const lock = new Lock();
  const take = background(remoteModule<Module>(module).take);
  {
    using _ = await lock.acquire();
    assert.throws(
      () => take(lock).value,
      (error: unknown) => error instanceof DeadlockError,
    );
  }
  assert.is(await take(lock), 'taken');
});

/** Waits until a process was asked several times what it waits for. */
async function probed(child: Child): Promise<void> {
  const before = connectionOf(child.remote).stats().framesSent;
  await until(() => connectionOf(child.remote).stats().framesSent >= before + 6);
}

async function withTwo(
  start: (url: URL, options: { readonly name: string }) => Promise<Child>,
  body: (a: Child, b: Child) => Promise<void>,
): Promise<void> {
  const leftovers = watchLeftovers();
  {
    await using a = await start(module, { name: 'a' });
    await using b = await start(module, { name: 'b' });
    await body(a, b);
  }
  await leftovers.assertNone();
}

/** Lets two go on when both are there. */
function both(): () => Promise<void> {
  const { opened, open } = gate();
  let there = 0;
  return () => {
    if (++there === 2) open();
    return opened;
  };
}

function assertOneGaveWay(ends: readonly PromiseSettledResult<string>[]): void {
  assert.equal(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
  const [error] = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  assert.ok(error instanceof DeadlockError, String(error));
  assert.equal(error.cycle.map(({ process }) => process).toSorted(), ['a', 'b']);
}
