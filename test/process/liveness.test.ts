import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, connectionOf, sync, type Connection } from '@remoteobj/core';
import { RemoteDiedError } from '@remoteobj/except';
import { pool, spawn, spawnThread, type Spawned } from '@remoteobj/process';
import { turn, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Hanging from './modules/hanging.js';

const hanging = new URL('./modules/hanging.js', import.meta.url);
/** Milliseconds of silence that are too long, also for children that a busy machine keeps waiting. */
const limit = 500;
/** The same where nothing may be found to hang. */
const patience = 1000;

/** A file that is not there until the test wants it. */
async function withMark(use: (file: string, make: () => void) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'remoteobj-'));
  const file = join(folder, 'mark');
  try {
    await use(file, () => writeFileSync(file, ''));
  } finally {
    writeFileSync(file, ''); // whatever computes goes on
    rmSync(folder, { recursive: true });
  }
}

/** Its connection, which tells of silences that are longer than the limit. */
function watched(child: Pick<Spawned<typeof Hanging>, 'transport'>): Connection {
  return connectionOf(connect(child.transport, { unresponsiveAfter: limit }));
}

function next(connection: Connection, event: 'unresponsive' | 'responsive'): Promise<void> {
  return new Promise((resolve) => {
    const stop = connection.on(event, () => {
      stop();
      resolve();
    });
  });
}

/** This thread stands still. */
function blockHere(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function assertHung(error: RemoteDiedError, name: string): void {
  assert.is(error.executed, 'unknown');
  assert.match(error.message, `${name} took nothing in for ${limit} ms (hangTimeout) and was killed`);
}

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`a ${kind} is unresponsive while it computes and a call waits, and responsive afterwards`, async () => {
    const left = watchLeftovers();
    await withMark(async (file, make) => {
      const child = await start<typeof Hanging>(hanging);
      const connection = watched(child);
      const events: string[] = [];
      connection.on('unresponsive', () => events.push('unresponsive'));
      connection.on('responsive', () => events.push('responsive'));
      const computing = latch();
      const call = Promise.resolve(child.remote.compute(file, computing.open));
      await computing.opened;
      await next(connection, 'unresponsive');
      const back = next(connection, 'responsive');
      make();
      await back;
      assert.is(await call, 'computed');
      assert.equal(events, ['unresponsive', 'responsive']);
      assert.ok(child.alive);
      await child.close();
    });
    await left.assertNone();
  });

  test(`a ${kind} that hangs is killed by hangTimeout, and its calls are told why`, async () => {
    const left = watchLeftovers();
    await withMark(async (file) => {
      const child = await start<typeof Hanging>(hanging, { hangTimeout: limit });
      const computing = latch();
      const calls = [child.remote.compute(file, computing.open), child.remote.add(1, 2)];
      await computing.opened;
      for (const call of calls)
        assertHung((await assert.rejects(call, RemoteDiedError)) as RemoteDiedError, child.name);
      assert.is((await child.exited).reason, 'killed');
      const late = (await assert.rejects(() => child.remote.add(1, 2), RemoteDiedError)) as RemoteDiedError;
      assert.is(late.executed, 'no');
      await child.close();
    });
    await left.assertNone();
  });

  test(`whoever blocks on a ${kind} that hangs is freed by hangTimeout`, async () => {
    const left = watchLeftovers();
    await withMark(async (file) => {
      const child = await start<typeof Hanging>(hanging, { hangTimeout: limit });
      try {
        sync(child.remote).computeNow(file);
        assert.unreachable();
      } catch (error) {
        assert.instance(error, RemoteDiedError);
        assertHung(error as RemoteDiedError, child.name);
      }
      assert.is((await child.exited).reason, 'killed');
      await child.close();
    });
    await left.assertNone();
  });

  test(`a ${kind} that was killed because it hung is started anew, and a pool of them goes on`, async () => {
    const left = watchLeftovers();
    await withMark(async (file) => {
      const restart = { times: 3, delay: 1 };
      const child = await start<typeof Hanging>(hanging, { hangTimeout: limit, restart });
      const workers = pool<typeof Hanging>(hanging, {
        size: 2,
        threaded: kind === 'thread',
        hangTimeout: limit,
        restart,
      });
      for (const { remote } of [child, workers]) {
        const computing = latch();
        const call = remote.compute(file, computing.open);
        await computing.opened;
        assert.match(((await assert.rejects(call, RemoteDiedError)) as Error).message, 'hangTimeout');
        assert.is(await remote.add(1, 2), 3);
      }
      await Promise.all([child.close(), workers.close()]);
    });
    await left.assertNone();
  });

  test(`a call to a ${kind} may take as long as it wants, also where its thread blocks in a call back`, async () => {
    await using child = await start<typeof Hanging>(hanging, { hangTimeout: patience });
    for (const how of ['wait', 'waitBlocking'] as const) {
      const gate = latch();
      const call = Promise.resolve(child.remote[how](() => gate.opened));
      const { framesReceived } = connectionOf(child.remote).stats();
      await until(() => connectionOf(child.remote).stats().framesReceived > framesReceived + 6); // pongs
      gate.open();
      assert.is(await call, 'waited');
    }
  });

  test(`a ${kind} is not accused of a silence in which this thread was blocked`, async () => {
    await using child = await start<typeof Hanging>(hanging, { hangTimeout: patience });
    await using other = await start<typeof Hanging>(hanging);
    const gate = latch();
    const call = Promise.resolve(child.remote.wait(() => gate.opened));
    for (let i = 0; i < 4; i++) {
      blockHere(patience / 2);
      await turn();
    }
    assert.is(sync(other.remote).computeFor(2 * patience), 'computed');
    await turn();
    gate.open();
    assert.is(await call, 'waited');
  });
}

test('a process is unresponsive while it is stopped, and responsive when it goes on', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Hanging>(hanging);
  const connection = watched(child);
  process.kill(child.pid as number, 'SIGSTOP');
  const responsive = next(connection, 'responsive');
  const call = Promise.resolve(child.remote.add(1, 2));
  await next(connection, 'unresponsive');
  process.kill(child.pid as number, 'SIGCONT');
  await responsive;
  assert.is(await call, 3);
  await child.close();
  await left.assertNone();
});

test('a process that is stopped for less than hangTimeout lives on', async () => {
  await using child = await spawn<typeof Hanging>(hanging, { hangTimeout: 5000 });
  const connection = connectionOf(child.remote);
  process.kill(child.pid as number, 'SIGSTOP');
  const call = Promise.resolve(child.remote.add(1, 2));
  await turn();
  const { framesSent } = connection.stats();
  await until(() => connection.stats().framesSent > framesSent); // a ping: its silence is being measured
  process.kill(child.pid as number, 'SIGCONT');
  assert.is(await call, 3);
  assert.ok(child.alive);
});

test('a hangTimeout that is none is refused by name', async () => {
  for (const hangTimeout of [0, -1, Number.NaN])
    await assert.rejects(() => spawn(hanging, { hangTimeout }), /hangTimeout must be a number of milliseconds above 0/);
  assert.throws(() => pool(hanging, { hangTimeout: 0 }), /hangTimeout must be/);
});
