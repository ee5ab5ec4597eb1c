import { DeadlockError } from '@remoteobj/except';
import { connectionOf, sync } from '@remoteobj/core';
import { gate, type Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';

const peer = new URL('./modules/peer.js', import.meta.url);

for (const kind of kinds) {
  const callbackTest = (name: string, body: (blocking: Untyped, remote: Untyped) => unknown): void =>
    childTest(kind, peer, name, ({ blocking, remote }) => body(blocking, remote));

  for (const how of ['callAwaited', 'callAwaitedLater', 'callBlocking']) {
    callbackTest(`a callback is served while its thread blocks (${how})`, (blocking) => {
      let called = 0;
      assert.equal(
        blocking[how]((n: number) => {
          called++;
          return n * n;
        }, 7),
        [49],
      );
      assert.is(called, 1);
    });

    callbackTest(`what a callback throws comes out of the blocking call (${how})`, (blocking) => {
      const thrower = (): never => {
        throw new RangeError('thrown by the callback');
      };
      assert.throws(
        () => blocking[how](thrower, 1),
        (error: unknown) => error instanceof RangeError && error.message === 'thrown by the callback',
      );
      assert.equal(blocking.echo(1), 1);
    });

    callbackTest(`a callback may block on the child that calls it (${how})`, (blocking) => {
      assert.equal(
        blocking[how]((n: number) => blocking.echo(n) + blocking.echo(1), 4),
        [5],
      );
    });

    callbackTest(`an async callback that has settled by itself is answered (${how})`, (blocking) => {
      assert.equal(
        blocking[how](async (n: number) => n + 1, 1),
        [2],
      );
      const reject = async (): Promise<never> => {
        throw new RangeError('rejected at once');
      };
      assert.throws(() => blocking[how](reject, 1), /rejected at once/);
    });

    callbackTest(`an async callback that is pending is a DeadlockError for who calls it (${how})`, async (blocking) => {
      const { opened, open } = gate();
      const error = thrownBy(() => blocking[how](() => opened, 1));
      assert.instance(error, DeadlockError);
      assert.match(error.message, /promise, which cannot settle while its thread blocks/);
      assert.is(error.executed, 'yes');
      open();
      assert.is(blocking.echo(2), 2);
    });
  }

  for (const how of ['awaited', 'awaited later', 'blocking'] as const) {
    callbackTest(`calls go to and fro to a depth of 30 (${how})`, (blocking, remote) => {
      const down: Untyped = how === 'blocking' ? 'climbBlocking' : 'climb';
      let deepest = 0;
      let depth = 0;
      const climb = (n: number, again: Untyped): number => {
        deepest = Math.max(deepest, ++depth);
        try {
          return n === 0 ? 0 : 1 + sync(again)(n - 1, climb, how);
        } finally {
          depth--;
        }
      };
      assert.is(sync(remote[down])(60, climb, how), 60);
      assert.is(deepest, 30);
      assert.is(connectionOf(remote).stats().pending, 0);
      assert.is(blocking.echo(1), 1);
    });
  }

  callbackTest(
    'a request of another chain waits until nothing blocks, and several run in order',
    async (blocking, remote) => {
      const ran: number[] = [];
      const { opened, open } = gate();
      const beside = remote.callBeside(
        (n: number) => {
          ran.push(n);
          if (ran.length === 5) open();
        },
        () => opened,
        5,
      );
      // Its own chain: by the time this answer has come, the requests of the others are here.
      assert.equal(
        blocking.callAwaitedLater((n: number) => blocking.busy(20) + n, 1),
        [21],
      );
      assert.equal(ran, [], 'nothing of another chain ran in the middle');
      await beside;
      assert.equal(ran, [0, 1, 2, 3, 4]);
    },
  );

  callbackTest("requests of other chains are served at once with pump: 'all'", async (_blocking, remote) => {
    const ran: number[] = [];
    const { opened, open } = gate();
    const beside = remote.callBeside(
      (n: number) => ran.push(n),
      () => opened,
      5,
    );
    const all = sync(remote, { pump: 'all' });
    all.echo(0);
    while (ran.length < 5) all.busy(1);
    assert.equal(ran, [0, 1, 2, 3, 4]);
    open();
    await beside;
  });
}
