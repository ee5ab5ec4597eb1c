import { expose } from '@remoteobj/core';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';
import type { Untyped } from '../support/pair.js';

const taker = new URL('./modules/taker.js', import.meta.url);

for (const kind of kinds)
  childTest(kind, taker, 'wait takes nothing but a number of milliseconds', async ({ child }) => {
    await using listener = expose({}, child.transport, { manual: true });
    for (const [bad, text] of [
      ['50', '"50"'],
      [-1, '-1'],
      [Number.NaN, 'NaN'],
      [null, 'null'],
    ] as const) {
      const error = thrownBy(() => listener.wait(bad as Untyped));
      assert.instance(error, TypeError);
      assert.match(error.message, `not ${text}`);
    }
    assert.is(listener.wait(0), false);
  });
