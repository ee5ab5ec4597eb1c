import { RemoteDiedError } from '@remoteobj/except';
import { connectionOf } from '@remoteobj/core';
import { turn } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds, processes, thrownBy } from './kinds.js';
import type * as Waiter from './modules/waiter.js';

const waiter = new URL('./modules/waiter.js', import.meta.url);
/** Milliseconds between a death and the error; usually a few, more on a machine that is busy. */
const soon = 250;

function check(error: RemoteDiedError, exitCode: number | null, signal: NodeJS.Signals | null): void {
  assert.instance(error, RemoteDiedError);
  assert.is(error.code, 'ERR_REMOTE_DIED');
  assert.equal({ exitCode: error.exitCode, signal: error.signal }, { exitCode, signal });
  assert.is(error.executed, 'unknown');
  assert.match(error.stack ?? '', /deaths\.test/, 'it says where the call is');
}

function checkTime(since: number): void {
  const passed = performance.now() - since;
  assert.ok(passed < soon, `woken ${passed} ms after the death`);
}

const deaths = [
  ['exit', 7, null],
  ['SIGKILL', null, 'SIGKILL'],
  ['SIGSEGV', null, 'SIGSEGV'],
] as const;

for (const kind of kinds) {
  const ways = kind.isProcess ? deaths : deaths.slice(0, 1);
  for (const [how, exitCode, signal] of ways) {
    childTest(kind, waiter, `${how} of the child wakes whoever blocks on it`, async ({ child, blocking }) => {
      let since = 0;
      const error = thrownBy(() => blocking.die(how, () => (since = performance.now())));
      checkTime(since);
      check(error, exitCode, signal);
      assert.ok(error.message.includes('die('), error.message);
      const late = thrownBy(() => blocking.count());
      assert.instance(late, RemoteDiedError);
      assert.is(late.executed, 'no');
      assert.equal((await child.exited).signal, signal);
    });

    childTest(
      kind,
      waiter,
      `${how} of the child in the middle of a call wakes whoever blocks on it`,
      ({ blocking }) => {
        check(
          thrownBy(() => blocking.dieAtOnce(how)),
          exitCode,
          signal,
        );
      },
    );
  }

  childTest(kind, waiter, 'a death ends asynchronous calls and blocking ones alike', async ({ remote, blocking }) => {
    const calls: Promise<unknown>[] = [1, 2, 3].map(() => remote.hang().catch((error: unknown) => error));
    check(
      thrownBy(() => blocking.die('exit', () => {})),
      7,
      null,
    );
    for (const error of await Promise.all(calls)) check(error as RemoteDiedError, 7, null);
    assert.is(connectionOf(remote).stats().pending, 0);
  });

  childTest(kind, waiter, 'a death inside calls back that are nested is what each of them is told', ({ blocking }) => {
    const told: unknown[] = [];
    const error = thrownBy(() =>
      blocking.die('exit', () => {
        told.push(thrownBy(() => blocking.dieAtOnce('exit')));
      }),
    );
    check(told[0] as RemoteDiedError, 7, null);
    check(error, 7, null);
  });
}

for (const kind of processes) {
  childTest(kind, waiter, 'SIGKILL from outside wakes whoever blocks, and idles', async ({ child, blocking }) => {
    const killer = await kind.start<typeof Waiter>(waiter);
    const killed = killer.remote.signalLater(child.pid as number, 'SIGKILL', 50);
    const error = thrownBy(() => blocking.hang());
    const woken = performance.now();
    check(error, null, 'SIGKILL');
    const since = (await killed) - performance.timeOrigin;
    assert.ok(woken >= since);
    checkTime(since + (performance.now() - woken));
    await killer.close();
  });

  childTest(
    kind,
    waiter,
    'timers and signal handlers of this process run once the blocking call is over',
    async (parts) => {
      const ran: string[] = [];
      const interrupted = (): void => void ran.push('SIGINT');
      process.on('SIGINT', interrupted);
      try {
        const signalled = parts.remote.signalLater(process.pid, 'SIGINT', 10);
        const timer = new Promise<void>((resolve) =>
          setTimeout(() => {
            ran.push('timer');
            resolve();
          }, 1),
        );
        parts.blocking.hangFor(1);
        parts.blocking.busy(50);
        parts.blocking.hangFor(1);
        assert.equal(ran, []);
        await Promise.all([timer, signalled]);
        while (ran.length < 2) await turn();
        assert.equal(ran.toSorted(), ['SIGINT', 'timer']);
      } finally {
        process.off('SIGINT', interrupted);
      }
    },
  );

  childTest(kind, waiter, 'a signal to this process does not end a blocking call', async ({ blocking }) => {
    let count = 0;
    const heard = (): void => void count++;
    process.on('SIGUSR2', heard);
    try {
      const sender = await kind.start<typeof Waiter>(waiter);
      const sent = Promise.all([5, 10, 15, 20].map((at) => sender.remote.signalLater(process.pid, 'SIGUSR2', at)));
      assert.is(blocking.busy(60), 60);
      await sent;
      while (count === 0) await turn();
      await sender.close();
    } finally {
      process.off('SIGUSR2', heard);
    }
  });

  childTest(kind, waiter, 'a child that is stopped is waited for, and completes once it goes on', async (parts) => {
    const { child, blocking } = parts;
    const pid = child.pid as number;
    const helper = await kind.start<typeof Waiter>(waiter);
    process.kill(pid, 'SIGSTOP');
    const continued = helper.remote.signalLater(pid, 'SIGCONT', 150);
    assert.is(blocking.late(3, 0), 3);
    const answered = performance.timeOrigin + performance.now();
    assert.ok(answered >= (await continued), 'the answer came after the child went on');
    await helper.close();
  });
}
