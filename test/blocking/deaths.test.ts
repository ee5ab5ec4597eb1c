import { RemoteDiedError } from '@remoteobj/except';
import { connectionOf, sync } from '@remoteobj/core';
import { turn, type Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { childTest, kinds, processes, thrownBy } from './kinds.js';
import * as Waiter from './modules/waiter.js';
import { soonOnce } from './soon.js';

const waiter = new URL('./modules/waiter.js', import.meta.url);
/** Milliseconds between a death and the error, the best of a few times; usually a few. */
const soon = 250;
/** More than a ring takes at once. */
const large = 3_000_000;

function check(error: RemoteDiedError, exitCode: number | null, signal: NodeJS.Signals | null): void {
  assert.instance(error, RemoteDiedError);
  assert.is(error.code, 'ERR_REMOTE_DIED');
  assert.equal({ exitCode: error.exitCode, signal: error.signal }, { exitCode, signal });
  assert.is(error.executed, 'unknown');
  assert.match(error.stack ?? '', /deaths\.test/, 'it says where the call is');
}

const deaths = [
  ['exit', 7, null],
  ['SIGKILL', null, 'SIGKILL'],
  ['SIGSEGV', null, 'SIGSEGV'],
] as const;

for (const kind of kinds) {
  const ways = kind.isProcess ? deaths : deaths.slice(0, 1);
  for (const [how, exitCode, signal] of ways) {
    test(`${kind.name}: ${how} of the child wakes whoever blocks on it`, async () => {
      const left = watchLeftovers();
      await soonOnce(soon, async () => {
        const child = await kind.start<Untyped>(waiter);
        const blocking: Untyped = sync(child.remote);
        let since = 0;
        const error = thrownBy(() => blocking.die(how, () => (since = performance.now())));
        const passed = performance.now() - since;
        check(error, exitCode, signal);
        assert.ok(error.message.includes('die('), error.message);
        const late = thrownBy(() => blocking.count());
        assert.instance(late, RemoteDiedError);
        assert.is(late.executed, 'no');
        assert.equal((await child.exited).signal, signal);
        return passed;
      });
      await left.assertNone();
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

  test(`${kind.name}: a large answer arrives, although the child ends right after it`, async () => {
    const left = watchLeftovers();
    for (let i = 0; i < 5; i++) {
      const child = await kind.start<Untyped>(waiter);
      assert.is(sync(child.remote).lastWords(large).length, large);
      assert.is((await child.exited).code, 7);
    }
    await left.assertNone();
  });

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
  test(`${kind.name}: SIGKILL from outside wakes whoever blocks, and idles`, async () => {
    const left = watchLeftovers();
    const killer = await kind.start<typeof Waiter>(waiter);
    await soonOnce(soon, async () => {
      const child = await kind.start<typeof Waiter>(waiter);
      const killed = killer.remote.signalLater(child.pid as number, 'SIGKILL', 50);
      const error = thrownBy(() => sync(child.remote).hang());
      const woken = Waiter.monotonicNow();
      check(error, null, 'SIGKILL');
      const passed = woken - (await killed);
      assert.ok(passed >= 0, 'it waited until then');
      await child.exited;
      return passed;
    });
    await killer.close();
    await left.assertNone();
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
    const answered = Waiter.monotonicNow();
    assert.ok(answered >= (await continued), 'the answer came after the child went on');
    await helper.close();
  });
}
