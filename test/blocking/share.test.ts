import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import {
  connect,
  connectionOf,
  memoryPair,
  messagePort,
  NotListeningError,
  RemoteDiedError,
  set,
  spawn,
  spawnThread,
  sync,
} from 'remoteobj';
import type { Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

const module = new URL('./modules/dueling.ts', import.meta.url);
type Dueling = typeof import('./modules/dueling.js');
const polled = new URL('./modules/polled.ts', import.meta.url);
const times = 2000;

for (const [kind, start] of [
  ['a child process', spawn],
  ['a worker thread', spawnThread],
] as const) {
  test(`two threads block on ${kind} at once, and neither gets the other's answers`, async () => {
    const leftovers = watchLeftovers();
    {
      await using child = await start<Dueling>(module);
      const port = connectionOf(child.remote).share();
      const other = new Worker(new URL('./modules/duelist.ts', import.meta.url), {
        workerData: { port, times },
        transferList: [port as never],
      });
      const said = once(other, 'message');
      const gone = once(other, 'exit'); // it may end by itself, in the turn in which it says so
      const own = sync(child.remote);
      for (let i = 1; i <= times; i++) assert.is(own.echo(-i), -i);
      // The other one is served by our event loop, too.
      assert.equal(await said, [times]);
      assert.is(own.count(), 2 * times);
      await other.terminate();
      await gone;
    }
    await leftovers.assertNone();
  });

  test(`a shared connection to ${kind} that serves in a loop of its own is served there, too`, async () => {
    const child = await start<Untyped>(polled, { exposeModule: false });
    const shared = [1, 2].map(() => connect<Untyped>(messagePort(connectionOf(child.remote).share() as never)));
    for (const [i, remote] of shared.entries()) {
      assert.is(await remote.add(i, 2), i + 2);
      await set(remote.gain, i);
      assert.is(await child.remote.gain, i);
    }
    await connectionOf(shared[0] as object).close();
    assert.is(await (shared[1] as Untyped).add(3, 4), 7);
    child.remote.running = false;
    await child.close();
  });

  test(`a shared connection to ${kind} carries large values, callbacks and errors, and ends with it`, async () => {
    const child = await start<Dueling>(module);
    const port = connectionOf(child.remote).share();
    const remote = connect<Dueling>(messagePort(port as never));
    const bytes = new Uint8Array(3_000_000).map((_, i) => i);
    assert.equal(await remote.echo(bytes), bytes);
    assert.is(await remote.twice((x: number) => x + 1, 5), 7);
    await assert.rejects(remote.fail(), (error: Error) => error instanceof RangeError && error.message === 'no');
    const ended = connectionOf(remote).closed;
    await child.close();
    await ended;
    await assert.rejects(remote.count(), (error: { code?: string }) => /CLOSED|DIED/.test(error.code ?? ''));
    assert.throws(
      () => connectionOf(child.remote).share(),
      (error: { code?: string }) => /CLOSED|DIED/.test(error.code ?? ''),
    );
  });
}

for (const [kind, start, how, exitCode, signal] of [
  ['a child process', spawn, 'exit', 7, null],
  ['a child process', spawn, 'SIGKILL', null, 'SIGKILL'],
  ['a worker thread', spawnThread, 'exit', 7, null],
] as const) {
  test(`a thread that blocks on a shared connection to ${kind} is told how that ended: ${how}`, async () => {
    const leftovers = watchLeftovers();
    const child = await start<Dueling>(module);
    const remote = connect<Dueling>(messagePort(connectionOf(child.remote).share() as never));
    const port = connectionOf(child.remote).share();
    const other = new Worker(new URL('./modules/mourner.ts', import.meta.url), {
      workerData: { port, how },
      transferList: [port as never],
    });
    const gone = once(other, 'exit');
    const [told] = (await once(other, 'message')) as [Untyped];
    const end = (await connectionOf(child.remote).closed) as RemoteDiedError;
    const { stderrTail } = end;
    assert.equal(
      { ...told, message: '' },
      { isDeath: true, executed: 'unknown', exitCode, signal, stderrTail, message: '' },
    );
    assert.ok(told.message.includes('die(') && told.message.includes(end.message), told.message);
    const reason = (await connectionOf(remote).closed) as RemoteDiedError;
    assert.instance(reason, RemoteDiedError);
    assert.equal([reason.exitCode, reason.signal, reason.message], [exitCode, signal, end.message]);
    await Promise.all([gone, child.exited]);
    await leftovers.assertNone();
  });
}

test('closing a shared connection leaves the one it was made of', async () => {
  await using child = await spawn<Dueling>(module);
  const remote = connect<Dueling>(messagePort(connectionOf(child.remote).share() as never));
  assert.is(await remote.echo(1), 1);
  await connectionOf(remote).close();
  assert.is(await child.remote.echo(2), 2);
  const again = connect<Dueling>(messagePort(connectionOf(child.remote).share() as never));
  assert.is(await again.echo(3), 3);
  await connectionOf(again).close();
});

test('what cannot be shared says so', async () => {
  const [here] = memoryPair();
  const remote = connect(here, { queue: false });
  assert.throws(() => connectionOf(remote).share(), /only connections to threads and child processes/);
  await assert.rejects(
    (remote as unknown as { f(): Promise<void> }).f(),
    (error: unknown) => error instanceof NotListeningError,
  );
});
