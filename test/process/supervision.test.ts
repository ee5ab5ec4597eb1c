import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connectionOf, release, sync, withOptions } from '@remoteobj/core';
import {
  ConnectionClosedError,
  RemoteDiedError,
  StaleReferenceError,
  SupervisorGaveUp,
  TimeoutError,
} from '@remoteobj/except';
import { spawn, spawnThread, type Spawned } from '@remoteobj/process';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Worker from './modules/worker.js';

const worker = new URL('./modules/worker.js', import.meta.url);
const restart = { times: 3, within: 60_000, delay: 1 };

/** A folder for the time of `use`. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'remoteobj-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Ends a life from inside. */
async function die(child: Spawned<typeof Worker>): Promise<void> {
  await assert.rejects(() => child.remote.exit(1), RemoteDiedError);
}

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`a ${kind} that dies is started anew, and later calls go to the new life`, async () => {
    const left = watchLeftovers();
    const child = await start<typeof Worker>(worker, { restart });
    const first = await child.remote.where();
    await die(child);
    const second = await child.remote.where(); // waits for the new life
    assert.is.not(first, second);
    assert.ok(child.alive);
    await child.close();
    assert.is((await child.exited).reason, 'returned');
    await left.assertNone();
  });

  test(`calls to a ${kind} that were under way have an unknown fate; those that wait for the new life are run there, in order`, async () => {
    const left = watchLeftovers();
    const child = await start<typeof Worker>(worker, { restart });
    const running = latch();
    const lost = assert.rejects(() => child.remote.hang(running.open), RemoteDiedError);
    await running.opened;
    await die(child);
    const waiting = [child.remote.square(2), child.remote.square(3), child.remote.calls];
    assert.is(((await lost) as RemoteDiedError).executed, 'unknown');
    assert.equal(await Promise.all(waiting), [4, 9, 0]);
    await child.close();
    await left.assertNone();
  });

  test(`objects of a ${kind}'s old life are stale, at any depth of what arrived`, async () => {
    const child = await start<typeof Worker>(worker, { restart });
    const counter = await new child.remote.Counter(3);
    const [inside] = await child.remote.counters();
    await die(child);
    const error = (await assert.rejects(() => counter.add(1), StaleReferenceError)) as StaleReferenceError;
    assert.is(error.executed, 'no');
    assert.instance(error.cause, RemoteDiedError);
    await assert.rejects(() => inside?.add(1), StaleReferenceError);
    assert.is(await (await new child.remote.Counter(4)).count, 4);
    await assert.rejects(() => counter.count, StaleReferenceError);
    await child.close();
  });

  test(`with rebuild, objects of a ${kind} are made anew by their own chain, and their remotes go on`, async () => {
    const left = watchLeftovers();
    const child = await start<typeof Worker>(worker, { restart: { ...restart, rebuild: true } });
    const counter = await new child.remote.Counter(3, 'a').add(2);
    const holder = await new child.remote.Holder({ held: counter as never });
    assert.is(await counter.add(10), counter, 'the same object is the same remote');
    const other = await counter.other();
    await die(child);
    assert.is(await counter.count, 5, 'what its chain made of it, and no more');
    assert.is(await counter.add(1), counter);
    assert.ok(await holder.isHolding(counter), 'a new object holds the new object');
    assert.is(await holder.count(), 6);
    await assert.rejects(() => other.count, StaleReferenceError);
    await die(child);
    assert.is(await counter.count, 5);
    await child.close();
    await assert.rejects(() => counter.count, ConnectionClosedError);
    await left.assertNone();
  });

  test(`a ${kind} that dies more often than allowed is given up, and says why`, async () => {
    const left = watchLeftovers();
    const child = await start<typeof Worker>(worker, { restart: { ...restart, times: 2 } });
    for (let i = 0; i < 3; i++) await die(child);
    const error = (await assert.rejects(() => child.remote.where(), SupervisorGaveUp)) as SupervisorGaveUp;
    assert.is(error.code, 'ERR_GAVE_UP');
    assert.is(error.executed, 'no');
    assert.instance(error.cause, RemoteDiedError);
    assert.is((await child.exited).code, 1);
    assert.not(child.alive);
    await child.close();
    await left.assertNone();
  });
}

test('calls that wait for a life that never comes are told that it was given up', async () => {
  await withFolder(async (folder) => {
    const file = join(folder, 'module.mjs');
    writeFileSync(file, 'export const exit = () => process.exit(1); export const add = (a, b) => a + b;');
    const child = await spawn<{ exit(): never; add(a: number, b: number): number }>(pathToFileURL(file), {
      restart,
      stdio: 'ignore',
    });
    writeFileSync(file, 'throw new Error("broken since then");');
    await assert.rejects(() => child.remote.exit(), RemoteDiedError);
    const error = (await assert.rejects(() => child.remote.add(1, 2), SupervisorGaveUp)) as SupervisorGaveUp;
    assert.match(error.message, 'broken since then');
    await child.close();
  });
});

test('a first life that cannot be started is an error of spawn, and is not tried again', async () => {
  const left = watchLeftovers();
  await withFolder(async (folder) => {
    const file = join(folder, 'module.mjs');
    const marks = join(folder, 'marks');
    writeFileSync(
      file,
      `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(marks)}, 'x'); throw new Error('never');`,
    );
    await assert.rejects(() => spawn(pathToFileURL(file), { restart, stdio: 'ignore' }), /never/);
    assert.is(readFileSync(marks, 'utf8'), 'x');
  });
  await left.assertNone();
});

test('an object that cannot be made anew is stale, with the reason; the others and the process go on', async () => {
  await withFolder(async (folder) => {
    const child = await spawn<typeof Worker>(worker, { restart, rebuild: true });
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    const counter = await new child.remote.Counter(7);
    const marked = await new child.remote.Marked(join(inner, 'marks'));
    rmSync(inner, { recursive: true });
    await die(child);
    const error = (await assert.rejects(() => marked.value, StaleReferenceError)) as StaleReferenceError;
    assert.match((error.cause as Error).message, 'ENOENT');
    assert.is(await counter.count, 7);
    await child.close();
  });
});

test('an object that was released is not made anew', async () => {
  await withFolder(async (folder) => {
    const child = await spawn<typeof Worker>(worker, { restart, rebuild: true });
    const file = join(folder, 'marks');
    release(await new child.remote.Marked(file));
    await die(child);
    await child.remote.where();
    assert.is(readFileSync(file, 'utf8'), 'made\n');
    await child.close();
  });
});

test('a call that waits for a new life keeps its time limit and its signal, and is then not run', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Worker>(worker, { restart: { times: 1, delay: 600_000, maxDelay: 600_000 } });
  await die(child);
  const controller = new AbortController();
  const aborted = assert.rejects(() => withOptions(child.remote.square, { signal: controller.signal })(2), /enough/);
  const late = await assert.rejects(() => withOptions(child.remote.square, { timeout: 20 })(2), TimeoutError);
  assert.is((late as TimeoutError).executed, 'no');
  controller.abort(new Error('enough'));
  await aborted;
  assert.is(await withOptions(child.remote.square, { default: -1 })(2), -1, 'whoever has a default never waits');
  await child.close();
  await left.assertNone();
});

test('close and kill end a pause, and refuse what waits for the next life', async () => {
  for (const end of ['close', 'kill'] as const) {
    const child = await spawn<typeof Worker>(worker, { restart: { times: 1, delay: 600_000, maxDelay: 600_000 } });
    await die(child);
    const waiting = assert.rejects(() => child.remote.square(2), ConnectionClosedError);
    await child[end](); // the pause would take longer than this test may
    assert.is(((await waiting) as ConnectionClosedError).executed, 'no');
    await child[end]();
    await child.exited;
  }
});

test('a life that is killed from here is not started anew', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Worker>(worker, { restart });
  assert.is((await child.kill()).reason, 'killed');
  await assert.rejects(() => child.remote.square(2), ConnectionClosedError);
  await left.assertNone();
});

test('blocking calls and iteration go to the life that there is', async () => {
  await using child = await spawn<typeof Worker>(worker, { restart });
  assert.is(sync(child.remote).square(3), 9);
  await die(child);
  await child.remote.where();
  assert.is(sync(child.remote).square(4), 16);
  const seen: number[] = [];
  for await (const n of child.remote.countTo(3)) seen.push(n);
  assert.equal(seen, [1, 2, 3]);
});

test('an unawaited call that fails is told by close, or is an unhandled rejection', async () => {
  const child = await spawnThread<typeof Worker>(worker, { restart });
  const unheard = nextUnhandledRejection();
  void child.remote.fail('nobody hears');
  assert.match(String(await unheard), 'nobody hears');
  void child.remote.fail('close hears');
  await assert.rejects(child.close(), /close hears/);
});

test('options of restarts that make no sense are refused by name', async () => {
  const bad: [object, RegExp][] = [
    [{ restart: { times: -1 } }, /restart\.times/],
    [{ restart: { times: 1, within: Number.NaN } }, /restart\.within/],
    [{ restart: { times: 1, often: true } }, /no option 'often'/],
    [{ restart: 3 }, /must be an object/],
    [{ rebuild: true }, /give \{ restart/],
  ];
  for (const [options, message] of bad) await assert.rejects(() => spawn(worker, options), message);
});

test('a remote that outlives its connections has no one connection to ask for', async () => {
  await using child = await spawnThread<typeof Worker>(worker, { restart });
  assert.throws(() => connectionOf(child.remote), /more than one connection/);
});

test('a signal that does not exist is refused, and the child is still restarted', async () => {
  const child = await spawn<typeof Worker>(worker, { restart });
  await assert.rejects(child.kill('SIGNOTHING' as never), /SIGNOTHING.*no signal here/);
  await die(child);
  await child.remote.where();
  await child.close();
});
