import { DeadlockError, TimeoutError } from '@remoteobj/except';
import { connectionOf, sync, withOptions } from '@remoteobj/core';
import { gate, type Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';

const producers = new URL('./modules/producers.js', import.meta.url);
const waiter = new URL('./modules/waiter.js', import.meta.url);
/** What a producer calls back with when it cleans up. */
const last = -1;

for (const kind of kinds) {
  for (const how of ['blocks', 'awaits', 'awaitsLater', 'promises']) {
    childTest(kind, producers, `a producer that calls back is served (${how})`, ({ blocking, remote }) => {
      const called: number[] = [];
      const twice = (n: number): number => {
        called.push(n);
        return 2 * n;
      };
      assert.equal(
        [...blocking[how](twice, 100)],
        Array.from({ length: 100 }, (_, i) => 2 * i),
      );
      assert.equal(called, [...Array.from({ length: 100 }, (_, i) => i), last]);
      assert.is(connectionOf(remote).stats().streams, 0);
    });

    childTest(kind, producers, `so is the clean-up of one whose loop is left (${how})`, ({ blocking, remote }) => {
      const called: number[] = [];
      for (const item of blocking[how]((n: number) => called.push(n), 100)) if (item === 3) break;
      assert.is(called[called.length - 1], last);
      assert.is(connectionOf(remote).stats().streams, 0);
    });

    childTest(kind, producers, `so is one whose loop blocks on something else (${how})`, ({ blocking }) => {
      const got: number[] = [];
      for (const a of blocking[how]((n: number) => blocking.echo(n) + 1, 40))
        for (const b of blocking[how]((n: number) => blocking.echo(n), 2)) got.push(blocking.echo(a) + b);
      assert.equal(
        got,
        Array.from({ length: 80 }, (_, i) => 1 + Math.floor(i / 2) + (i % 2)),
      );
    });

    childTest(kind, producers, `one that was awaited before is iterated as well (${how})`, async ({ remote }) => {
      const called = (remote as Untyped)[how]((n: number) => n, 3);
      await called;
      assert.equal([...sync(called)], [0, 1, 2]);
    });

    childTest(kind, producers, `what its callback throws comes out of the loop (${how})`, ({ blocking }) => {
      const got: number[] = [];
      const error = thrownBy(() => {
        const items = blocking[how]((n: number) => {
          if (n === 2) throw new RangeError('thrown by the callback');
          return n;
        }, 5);
        for (const item of items) got.push(item);
      });
      assert.instance(error, RangeError);
      assert.equal(got, [0, 1]);
      assert.is(blocking.echo(1), 1);
    });
  }

  for (const how of ['blocks', 'awaits', 'awaitsLater']) {
    childTest(
      kind,
      producers,
      `a callback that is pending ends the loop with a DeadlockError (${how})`,
      ({ blocking }) => {
        const { opened, open } = gate();
        const error = thrownBy(() => [...blocking[how]((n: number) => (n === last ? 0 : opened), 1)]);
        assert.instance(error, DeadlockError);
        assert.match(error.message, /promise, which cannot settle while its thread blocks/);
        open();
        assert.is(blocking.echo(2), 2);
      },
    );
  }

  childTest(kind, waiter, 'a loop and a call that wait for each other: one gives way', async ({ blocking, remote }) => {
    let called = 0;
    blocking.prepare(() => void called++);
    let items: unknown;
    const given = thrownBy(() => (items = [...blocking.triggers()]));
    if (given === undefined) assert.equal(items, ['DeadlockError']);
    else {
      assert.instance(given, DeadlockError);
      assert.is(await remote.trigger(), 'went on');
    }
    assert.is(called, given === undefined ? 0 : 1);
  });

  childTest(
    kind,
    producers,
    'each item has the time limit of the call that gave the producer',
    ({ blocking, remote }) => {
      for (const start of [
        (timeout: number) => sync(remote, { timeout }).hangs(),
        (timeout: number) => withOptions(blocking.hangs, { timeout })(),
        (timeout: number) => sync(remote, { timeout }).make().hangs(),
      ]) {
        const { iterator, timeout } = started(start);
        const error = thrownBy(() => iterator.next());
        assert.instance(error, TimeoutError);
        assert.match(error.message, `${timeout} ms`);
        assert.equal(iterator.next(), { done: true, value: undefined });
      }
      assert.is(connectionOf(remote).stats().streams, 0);
      assert.is(blocking.echo(1), 1);
    },
  );

  childTest(kind, producers, 'what a call with a time limit returns keeps its identity', ({ blocking, remote }) => {
    const limited = sync(remote, { timeout: 10_000 });
    const made = limited.make();
    assert.ok(made.self() === made);
    assert.ok(blocking.echo(made) === blocking.echo(made.self()));
    const called = withOptions(blocking.make, { timeout: 10_000, default: 1 })();
    assert.ok(called.self() === called);
    assert.ok(withOptions(blocking.make, { default: 1 })() !== 1);
  });
}

/** Iterates something that yields 1 first, with a time limit that is long enough for that on this machine. */
function started(start: (timeout: number) => Iterable<number>): { iterator: Iterator<number>; timeout: number } {
  for (let timeout = 100; ; timeout *= 2) {
    try {
      const iterator = start(timeout)[Symbol.iterator]();
      assert.equal(iterator.next(), { done: false, value: 1 });
      return { iterator, timeout };
    } catch (error) {
      if (!(error instanceof TimeoutError) || timeout > 5000) throw error;
    }
  }
}
