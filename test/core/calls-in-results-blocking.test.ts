import { UnserializableError } from 'remoteobj';
import { childTest, kinds, thrownBy } from '../blocking/kinds.js';
import type { Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';

const calling = new URL('./modules/calling.js', import.meta.url);

for (const kind of kinds) {
  childTest(
    kind,
    calling,
    'what a thread that blocks answers may hold promises that are settled, and no others',
    ({ blocking, child }) => {
      const { call, list, add } = blocking as Untyped;
      const remote = child.remote as Untyped;
      assert.equal(
        call(() => [add(1, 2), Promise.resolve({ a: 1 })]),
        [3, { a: 1 }],
      );
      assert.instance(
        thrownBy(() => call(() => [Promise.reject(new RangeError('no more'))])),
        RangeError,
      );
      for (const open of [() => new Promise(() => {}), () => remote.add(1, 2)]) {
        const error = thrownBy(() => call(() => ({ deep: [open()] }))) as UnserializableError;
        assert.instance(error, UnserializableError);
        assert.is(error.path, 'result.deep[0]');
        assert.is(error.executed, 'yes');
        assert.match(error.message, 'while this thread blocks');
        const items = function* (): Generator {
          yield [1];
          yield [open()];
        };
        const failed = thrownBy(() => list(items())) as UnserializableError;
        assert.instance(failed, UnserializableError);
        assert.is(failed.path, 'item[0]');
      }
      assert.is(add(2, 3), 5);
    },
  );
}
