import { fc } from '../support/properties.js';
import { TimeoutError } from '@remoteobj/except';
import { connectionOf, get, sync, withOptions } from '@remoteobj/core';
import { assert } from '../support/suite.js';
import { callsOn, childTest, kinds, thrownBy } from './kinds.js';
import { soonOnce } from './soon.js';

const waiter = new URL('./modules/waiter.js', import.meta.url);
const limit = 40;
/** Milliseconds after which the error is to be there, the best of a few times. */
const soon = limit + 250;

for (const kind of kinds) {
  childTest(kind, waiter, 'a time limit throws TimeoutError on time', async ({ remote, blocking }) => {
    const limited = [
      () => withOptions(blocking.hang, { timeout: limit })(),
      () => sync(remote, { timeout: limit }).hang(),
      () => sync(withOptions(remote.hang, { timeout: limit }))(),
      () => get(sync(remote.hang()), { timeout: limit }),
    ];
    for (const call of limited) {
      await soonOnce(soon, () => {
        const since = performance.now();
        const error = thrownBy(call);
        const passed = performance.now() - since;
        assert.instance(error, TimeoutError);
        assert.is(error.code, 'ERR_TIMEOUT');
        assert.is(error.executed, 'unknown');
        assert.ok(error.message.includes(`hang()): no answer within ${limit} ms`), error.message);
        assert.match(error.stack, /timeouts\.test/, 'it says where the call is');
        assert.ok(passed >= limit, `thrown after ${passed} ms`);
        return passed;
      });
    }
    assert.is(connectionOf(remote).stats().pending, 0);
  });

  childTest(kind, waiter, 'a time limit of 0 sends nothing that could be answered later', ({ blocking, remote }) => {
    const error = thrownBy(() => withOptions(blocking.late, { timeout: 0 })(1, 20_000));
    assert.instance(error, TimeoutError);
    assert.is(blocking.late(2, 0), 2);
    assert.is(connectionOf(remote).stats().pending, 0);
  });

  childTest(kind, waiter, 'a limit inside a callback leaves the call around it waiting', ({ blocking }) => {
    let inner: unknown;
    const { signal } = new AbortController();
    const error = thrownBy(() =>
      blocking.untilAborted(signal, () => {
        inner = thrownBy(() => withOptions(blocking.hang, { timeout: 20 })());
        throw new RangeError('enough');
      }),
    );
    assert.instance(inner, TimeoutError);
    assert.instance(error, RangeError);
    assert.is(blocking.late(2, 0), 2);
  });

  childTest(
    kind,
    waiter,
    'a late answer never settles another call',
    ({ remote, blocking }) => {
      const runs = callsOn(kind);
      const counts = { answered: 0, late: 0 };
      const call = fc.tuple(fc.integer({ min: 0, max: 150 }), fc.constantFrom(0.02, 0.05, 0.1, 0.15, 0.5, undefined));
      let value = 0;
      const take = ([microseconds, timeout]: readonly [number, number | undefined]): void => {
        const own = ++value;
        const late = timeout === undefined ? blocking.late : withOptions(blocking.late, { timeout });
        let got: unknown;
        const error = thrownBy(() => (got = late(own, microseconds)));
        if (error === undefined) assert.is(got, own);
        else assert.instance(error, TimeoutError);
        counts[error === undefined ? 'answered' : 'late']++;
      };
      fc.assert(
        fc.property(fc.array(call, { minLength: 10, maxLength: 10 }), (calls) => {
          for (const one of calls) take(one);
        }),
        { numRuns: Math.ceil(runs / 10) },
      );
      // A pipe is slept on by whole milliseconds, in which all of those may be answered: here some that are late for sure.
      for (let i = 0; i < 10; i++)
        for (const one of [
          [20_000, 0.5],
          [0, undefined],
        ] as const)
          take(one);
      assert.ok(counts.answered > 0 && counts.late > 0, `both happened: ${JSON.stringify(counts)}`);
      assert.is(connectionOf(remote).stats().pending, 0);
    },
    { timeout: 200_000 },
  );
}
