import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RemoteDiedError } from '@remoteobj/except';
import { pool, spawn, spawnThread, type SpawnTrace } from '@remoteobj/process';
import { assert, skipped, test, watchLeftovers } from '../support/suite.js';
import { bounded, latch } from './bounded.js';
import type * as Closing from './modules/closing.js';

const closing = new URL('./modules/closing.js', import.meta.url);
/** Milliseconds within which something must be over that could take for ever. */
const soon = 20_000;
const never = Number.POSITIVE_INFINITY;

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`close of a ${kind} gives what is under way the time that it is told`, async () => {
    const child = await start<typeof Closing>(closing);
    const [running, gate] = [latch(), latch()];
    const call = Promise.resolve(
      child.remote.wait(() => {
        running.open();
        return gate.opened;
      }),
    );
    await running.opened;
    const closed = child.close({ timeout: never });
    await assert.rejects(bounded(closed, 50, 'close'), /more than 50 ms/);
    gate.open();
    assert.is(await call, 'waited');
    await closed;
    assert.is((await child.exited).reason, 'returned');
  });

  test(`times that are none are refused by close of a ${kind}, which may be called again`, async () => {
    const left = watchLeftovers();
    const child = await start<typeof Closing>(closing);
    for (const options of [{ timeout: -1 }, { timeout: Number.NaN }, { grace: -1 }])
      assert.throws(() => child.close(options), /close: (timeout|grace) must be a number of milliseconds from 0/);
    await child.close();
    await left.assertNone();
  });
}

test('after SIGTERM a process has its time of grace to end by itself', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Closing>(closing);
  const [running, terminated, gate] = [latch(), latch(), latch()];
  await child.remote.askAtTermination(() => {
    terminated.open();
    return gate.opened;
  });
  const hanging = assert.rejects(() => child.remote.hang(running.open), RemoteDiedError);
  await running.opened;
  const closed = child.close({ timeout: 20, grace: never });
  await bounded(terminated.opened, soon, 'SIGTERM');
  await assert.rejects(bounded(closed, 1200, 'close'), /more than 1200 ms/);
  assert.ok(child.alive, 'more than what is the default');
  gate.open();
  await closed;
  assert.equal(await child.exited, { code: 7, signal: null, reason: 'killed' });
  await hanging;
  await left.assertNone();
});

test('a process that uses up its time of grace is killed', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Closing>(closing);
  const running = latch();
  await child.remote.askAtTermination(() => new Promise(() => {})); // it may be too slow to ask
  const hanging = assert.rejects(() => child.remote.hang(running.open), RemoteDiedError);
  await running.opened;
  await bounded(child.close({ timeout: 20, grace: 200 }), soon, 'close');
  assert.equal(await child.exited, { code: null, signal: 'SIGKILL', reason: 'killed' });
  await hanging;
  await left.assertNone();
});

test('a process that has finished its work but does not end gets SIGTERM as well', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Closing>(closing);
  await child.remote.blockAtExit();
  await bounded(child.close({ timeout: 50, grace: never }), soon, 'close');
  assert.equal(await child.exited, { code: null, signal: 'SIGTERM', reason: 'killed' });
  await left.assertNone();
});

test('a process that is stopped is closed, too', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Closing>(closing);
  process.kill(child.pid as number, 'SIGSTOP');
  await bounded(child.close({ timeout: 20, grace: 20 }), soon, 'close');
  assert.equal(await child.exited, { code: null, signal: 'SIGKILL', reason: 'killed' });
  await left.assertNone();
});

if (existsSync('/proc/self/fd')) {
  test('a process that a child starts inherits nothing of ours, and holds up nothing', async () => {
    const left = watchLeftovers();
    const child = await spawn<typeof Closing>(closing);
    const ours = await child.remote.sockets();
    assert.ok(ours.length >= 2, 'the channel, and standard error');
    const grandchild = (await child.remote.startGrandchild('nothing')) as number;
    try {
      assert.equal(
        descriptorsOf(grandchild).filter((name) => ours.includes(name)),
        [],
      );
      await child.close({ timeout: never });
      assert.is((await child.exited).reason, 'returned');
      await left.assertNone();
      assert.ok(process.kill(grandchild, 0), 'it was there all the time');
    } finally {
      process.kill(grandchild, 'SIGKILL');
    }
  });

  test('a process that a child gave all its descriptors does not hold up close either', async () => {
    const left = watchLeftovers();
    const child = await spawn<typeof Closing>(closing);
    const grandchild = (await child.remote.startGrandchild('everything')) as number;
    try {
      await bounded(child.close({ timeout: never }), soon, 'close');
      assert.is((await child.exited).reason, 'returned');
      assert.ok(process.kill(grandchild, 0), 'it was there all the time');
    } finally {
      process.kill(grandchild, 'SIGKILL');
    }
    await left.assertNone();
  });
} else {
  skipped('a process that a child starts inherits nothing of ours', 'there is no /proc');
}

/** What the descriptors of a process are of. */
function descriptorsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // closed since the folder was read: it is still starting
    }
  });
}

/** Modules whose import never ends, or only that of the first life does. */
async function withModules(use: (hangs: URL, hangsLater: URL) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'remoteobj-'));
  const forEver = 'await new Promise((go) => setTimeout(go, 600_000));';
  const mark = JSON.stringify(join(folder, 'mark'));
  const file = (name: string, source: string): URL => {
    writeFileSync(join(folder, name), source);
    return pathToFileURL(join(folder, name));
  };
  try {
    await use(
      file('hangs.mjs', forEver),
      file(
        'later.mjs',
        `import { existsSync, writeFileSync } from 'node:fs';
         if (existsSync(${mark})) ${forEver}
         writeFileSync(${mark}, '');
         export const exit = () => process.exit(1);`,
      ),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Resolves when something of that name is started. */
function spawned(name: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (message: unknown): void => {
      if ((message as SpawnTrace).name !== name) return;
      unsubscribe('remoteobj:spawn', look);
      resolve();
    };
    subscribe('remoteobj:spawn', look);
  });
}

for (const threaded of [false, true]) {
  const kind = threaded ? 'thread' : 'process';

  test(`close of a pool ends a ${kind} whose start hangs`, async () => {
    await withModules(async (hangs) => {
      const left = watchLeftovers();
      const workers = pool<{ f(): number }>(hangs, { size: 1, threaded });
      const call = assert.rejects(() => workers.remote.f(), /closed/);
      await bounded(workers.close({ timeout: 20 }), soon, 'close');
      await call;
      await left.assertNone();
    });
  });

  test(`close ends a ${kind} that hangs when it is started anew`, async () => {
    await withModules(async (_hangs, hangsLater) => {
      const left = watchLeftovers();
      const start = threaded ? spawnThread : spawn;
      const child = await start<{ exit(): never }>(hangsLater, { restart: { times: 3, delay: 1 } });
      const again = spawned(child.name);
      await assert.rejects(() => child.remote.exit(), RemoteDiedError);
      await again;
      const call = assert.rejects(() => child.remote.exit(), /closed/);
      await bounded(child.close(), soon, 'close');
      await call;
      await left.assertNone();
    });
  });
}
