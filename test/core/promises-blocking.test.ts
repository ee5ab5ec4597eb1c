import { UnserializableError } from 'remoteobj';
import { childTest, kinds, thrownBy } from '../blocking/kinds.js';
import type { Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';

const service = new URL('../blocking/modules/service.js', import.meta.url);

for (const kind of kinds) {
  childTest(
    kind,
    service,
    'what a blocking call would wait for in vain fails at once, with its path',
    ({ blocking }) => {
      const { echo } = blocking as Untyped;
      const cases: [unknown, string][] = [
        [new Promise(() => {}), 'args[0]'],
        [{ deep: [Promise.resolve(1)] }, 'args[0].deep[0]'],
      ];
      for (const [value, path] of cases) {
        const error = thrownBy(() => echo(value)) as UnserializableError;
        assert.instance(error, UnserializableError);
        assert.is(error.path, path);
        assert.is(error.executed, 'no');
        assert.match(error.message, 'await it');
      }
      assert.is(echo(5), 5);
    },
  );
}
