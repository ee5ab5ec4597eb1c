import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { connectionOf, waitUntilListening, withOptions } from '@remoteobj/core';
import { spawn, spawnThread, type Spawned } from '@remoteobj/process';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';
import { bounded, latch } from './bounded.js';
import type * as Service from './modules/service.js';

const service = new URL('./modules/service.js', import.meta.url);
/** Milliseconds from the end of a process to the end of all calls to it; generous, for a machine that is busy. */
const soon = 2000;

type Child = Spawned<typeof Service>;

/** Ten calls that run in the child and never end. */
async function hanging(child: Child): Promise<Promise<unknown>[]> {
  const calls: Promise<unknown>[] = [];
  for (let i = 0; i < 10; i++) {
    const running = latch();
    const call = Promise.resolve(child.remote.hang(running.open));
    call.catch(() => {});
    calls.push(call);
    await running.opened;
  }
  return calls;
}

async function deaths(child: Child, calls: readonly Promise<unknown>[]): Promise<RemoteDiedError[]> {
  await child.exited;
  const outcomes = await bounded(Promise.allSettled(calls), soon, 'settling the calls');
  return outcomes.map((outcome) => {
    assert.is(outcome.status, 'rejected');
    const error = (outcome as PromiseRejectedResult).reason as RemoteDiedError;
    assert.instance(error, RemoteDiedError);
    assert.is(error.code, 'ERR_REMOTE_DIED');
    assert.is(error.executed, 'unknown');
    return error;
  });
}

const quiet = { stdio: ['ignore', 'ignore', 'pipe'] } as const;

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`a ${kind} that exits during calls rejects all of them with its exit code`, async () => {
    const left = watchLeftovers();
    const child: Child = await start<typeof Service>(service);
    const calls = await hanging(child);
    await assert.rejects(() => child.remote.exit(7), RemoteDiedError);
    for (const { exitCode, signal } of await deaths(child, calls))
      assert.equal({ exitCode, signal }, { exitCode: 7, signal: null });
    assert.equal(await child.exited, { code: 7, signal: null, reason: 'exit' });
    const late = await assert.rejects(() => child.remote.add(1, 2), RemoteDiedError);
    assert.is((late as RemoteDiedError).executed, 'no');
    await child.close();
    await left.assertNone();
  });

  test(`a ${kind} that exits with 0 during a call is a death all the same`, async () => {
    const child: Child = await start<typeof Service>(service);
    const error = (await assert.rejects(() => child.remote.exit(0), RemoteDiedError)) as RemoteDiedError;
    assert.is(error.exitCode, 0);
    await child.exited;
  });

  test(`an error that nothing catches ends a ${kind}, and is what the calls are told`, async () => {
    const left = watchLeftovers();
    const child: Child = await start<typeof Service>(service, kind === 'process' ? quiet : {});
    const calls = await hanging(child);
    await child.remote.throwLater('uncaught here');
    const [error] = await deaths(child, calls);
    assert.is(error?.exitCode, 1);
    if (kind === 'process') assert.match(error?.stderrTail ?? '', 'RangeError: uncaught here');
    else assert.is(((error?.cause as Error | undefined)?.cause as Error | undefined)?.message, 'uncaught here');
    await child.close();
    await left.assertNone();
  });

  test(`kill ends a ${kind} with its calls, and may be repeated`, async () => {
    const left = watchLeftovers();
    const child: Child = await start<typeof Service>(service);
    const calls = await hanging(child);
    const [first, second] = await Promise.all([child.kill(), child.kill('SIGKILL')]);
    assert.is(first, second);
    assert.is(first.reason, 'killed');
    assert.not(child.alive);
    await deaths(child, calls);
    assert.is(await child.kill(), first);
    await child.close();
    await left.assertNone();
  });

  test(`a ${kind} in a busy loop is ended by kill`, async () => {
    const left = watchLeftovers();
    const child: Child = await start<typeof Service>(service);
    const running = latch();
    const call = Promise.resolve(child.remote.spin(running.open));
    call.catch(() => {});
    await running.opened;
    await child.kill('SIGKILL');
    await deaths(child, [call]);
    await left.assertNone();
  });

  test(`close lets a ${kind} finish what is under way`, async () => {
    const child: Child = await start<typeof Service>(service);
    const sum = child.remote.add(1, 2);
    const closed = child.close();
    assert.is(await sum, 3);
    await closed;
    assert.equal(await child.exited, { code: 0, signal: null, reason: 'returned' });
    assert.is(child.close(), closed, 'closing again is the same promise');
    await assert.rejects(() => child.remote.add(1, 2), /closed/);
  });

  test(`close of a ${kind} ends a call that never ends when its time is up`, async () => {
    const left = watchLeftovers();
    const child: Child = await start<typeof Service>(service);
    const calls = await hanging(child);
    await child.close({ timeout: 50 });
    await deaths(child, calls);
    assert.is((await child.exited).reason, 'killed');
    await left.assertNone();
  });

  test(`an error that nobody awaited is told by close of a ${kind}, which is over then`, async () => {
    const child: Child = await start<typeof Service>(service);
    void child.remote.throwNow('unheard');
    await assert.rejects(child.close(), /unheard/);
    assert.not(child.alive);
  });

  test(`calls that a ${kind} makes are ended when it is gone: nothing here waits for it`, async () => {
    const left = watchLeftovers();
    const child: Child = await start<typeof Service>(service);
    const release = latch();
    const running = latch();
    const call = Promise.resolve(
      child.remote.spin(async () => {
        running.open();
        await release.opened;
      }),
    );
    call.catch(() => {});
    await running.opened;
    await child.kill('SIGKILL');
    await deaths(child, [call]);
    release.open();
    assert.is(connectionOf(child.remote).stats().pending, 0);
    await left.assertNone();
  });
}

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`a ${kind} is not killed by a signal that there is not, and its own end is told as that`, async () => {
    const child: Child = await start<typeof Service>(service);
    await assert.rejects(child.kill('FOO' as never), /'FOO', which is no signal here: use SIGTERM or SIGKILL/);
    await assert.rejects(child.kill(9 as never), TypeError);
    assert.is(await child.remote.add(1, 2), 3);
    await assert.rejects(() => child.remote.exit(2), RemoteDiedError);
    assert.equal(await child.exited, { code: 2, signal: null, reason: 'exit' });
  });
}

test('a process that survives a signal goes on, and its own end is told as that', async () => {
  const left = watchLeftovers();
  const child: Child = await spawn<typeof Service>(service);
  const killed = child.kill('SIGWINCH');
  assert.is(await child.remote.add(1, 2), 3);
  const unhandled = nextUnhandledRejection();
  void child.remote.throwNow('still told');
  assert.match(((await unhandled) as Error).message, 'still told');
  await assert.rejects(() => child.remote.exit(2), RemoteDiedError);
  assert.equal(await killed, { code: 2, signal: null, reason: 'exit' });
  await left.assertNone();
});

test('a process that another signal than SIGTERM ends from here was killed', async () => {
  const child: Child = await spawn<typeof Service>(service);
  assert.equal(await child.kill('SIGINT'), { code: null, signal: 'SIGINT', reason: 'killed' });
});

for (const [how, exit] of [
  ['killed', { code: null, signal: 'SIGKILL', reason: 'signal' }],
  ['hung', { code: null, signal: 'SIGKILL', reason: 'killed' }],
  ['thread', { code: 3, signal: null, reason: 'exit' }],
] as const) {
  test(`a program that awaits nothing but exited goes on until then: ${how}`, async () => {
    const path = fileURLToPath(new URL('./modules/exited-script.ts', import.meta.url));
    const cwd = fileURLToPath(new URL('../../', import.meta.url));
    const stdout = await new Promise<string>((resolve, reject) => {
      const args = ['--import', '@remoteobj/process/ts', path, how];
      execFile(process.execPath, args, { cwd }, (error, text) => (error === null ? resolve(text) : reject(error)));
    });
    assert.equal(JSON.parse(stdout), exit);
  });
}

test('a process that is killed from outside tells the signal', async () => {
  const left = watchLeftovers();
  const child: Child = await spawn<typeof Service>(service);
  const calls = await hanging(child);
  process.kill(child.pid as number, 'SIGKILL');
  for (const { exitCode, signal } of await deaths(child, calls))
    assert.equal({ exitCode, signal }, { exitCode: null, signal: 'SIGKILL' });
  assert.equal(await child.exited, { code: null, signal: 'SIGKILL', reason: 'signal' });
  await left.assertNone();
});

test('a process that crashes natively tells the signal, and what it said last', async () => {
  const child: Child = await spawn<typeof Service>(service, quiet);
  await child.remote.complain('my last words\n');
  const error = (await assert.rejects(() => child.remote.crash(), RemoteDiedError)) as RemoteDiedError;
  assert.is(error.signal, 'SIGABRT');
  assert.match(error.stderrTail, 'my last words');
  assert.match(error.message, /crash/);
  await child.exited;
});

/** What is written to this process's standard error meanwhile. */
async function writtenDuring(act: () => Promise<void>): Promise<string> {
  const { write } = process.stderr;
  let written = '';
  process.stderr.write = (chunk: string | Uint8Array) => {
    written += String(chunk);
    return true;
  };
  try {
    await act();
  } finally {
    process.stderr.write = write;
  }
  return written;
}

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`what nothing catches in a ${kind} is written to standard error, also when no call is left to tell of it`, async () => {
    const left = watchLeftovers();
    const written = await writtenDuring(async () => {
      const child: Child = await start<typeof Service>(service);
      await child.remote.throwLater('too late');
      assert.is((await child.exited).code, 1);
      assert.match(child.stderrTail, /RangeError.*: too late\n +at .*service\.ts/);
      const error = (await assert.rejects(() => child.remote.add(1, 2), RemoteDiedError)) as RemoteDiedError;
      assert.is(error.stderrTail, child.stderrTail);
    });
    assert.is(written.match(/RangeError.*: too late/g)?.length, 1);
    await left.assertNone();
  });
}

test('what a thread wrote itself comes before what ended it, and as much is kept as of a process', async () => {
  const written = await writtenDuring(async () => {
    const child: Child = await spawnThread<typeof Service>(service);
    await child.remote.complain('my last words\n');
    await child.remote.throwLater('x'.repeat(1000));
    await child.exited;
    assert.match(child.stderrTail, /^my last words\nUncaught in service-thread-\d+:\nRangeError.*: x{1000}\n/);
    const other: Child = await spawnThread<typeof Service>(service);
    await other.remote.throwLater('y'.repeat(5000));
    await other.exited;
    assert.is(other.stderrTail.length, 4096);
  });
  assert.match(written, /my last words\nUncaught in/);
});

test('close goes on to SIGKILL for a process that does not listen to SIGTERM', async () => {
  const left = watchLeftovers();
  const child: Child = await spawn<typeof Service>(service);
  await child.remote.ignoreTermination();
  const calls = await hanging(child);
  await child.close({ timeout: 50 });
  await deaths(child, calls);
  assert.equal(await child.exited, { code: null, signal: 'SIGKILL', reason: 'killed' });
  await left.assertNone();
});

for (const how of ['setImmediate', 'nextTick', 'queueMicrotask'] as const) {
  test(`a value of 1 MiB arrives though the process exits right after returning it, by ${how}`, async () => {
    const child: Child = await spawn<typeof Service>(service);
    const bytes = await child.remote.answerAndExit(2 ** 20, how);
    assert.is(bytes.length, 2 ** 20);
    assert.ok(bytes.every((byte) => byte === 7));
    assert.is((await child.exited).code, 5);
  });
}

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  for (const how of ['setImmediate', 'nextTick', 'queueMicrotask'] as const) {
    test(`a value of 1 MiB arrives though the ${kind} exits right after an async method returned it, by ${how}`, async () => {
      const child: Child = await start<typeof Service>(service);
      const bytes = await child.remote.answerAndExitAsync(2 ** 20, how);
      assert.ok(bytes.length === 2 ** 20 && bytes.every((byte) => byte === 7));
      assert.is((await child.exited).code, 5);
    });
  }
}

test('a time limit of a call leaves the process alive', async () => {
  await using child = await spawn<typeof Service>(service);
  await assert.rejects(() => withOptions(child.remote.hang, { timeout: 30 })(() => {}), TimeoutError);
  assert.is(await child.remote.add(1, 1), 2);
});

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const)
  test(`${kind}: whoever has waited for its end finds nobody who listens`, async () => {
    const child = await start<typeof Service>(service);
    await child.kill();
    assert.is(await waitUntilListening(child.remote, { fail: false }), false);
    const error = await assert.rejects(() => child.remote.doubled(1), RemoteDiedError);
    assert.is((error as RemoteDiedError).executed, 'no');
  });
