import { assert } from '../support/suite.js';
import { childTest, kinds } from './kinds.js';

const service = new URL('./modules/service.js', import.meta.url);
const calls = 300;

for (const kind of kinds) {
  childTest(kind, service, 'who only answers, now and then, does not keep its event loop turning', ({ blocking }) => {
    const { loopTurns, twice } = blocking;
    for (let i = 0; i < 100; i++) twice(i);
    const before = loopTurns() as number;
    for (let i = 0; i < calls; i++) {
      Atomics.wait(pause, 0, 0, 1); // so that nothing is asked for in the moment in which it would look by itself
      twice(i);
    }
    // Some calls after which it tries in vain: fewer and fewer. If it did so after each, there would be 50 to 100 turns a call.
    assert.ok(
      (loopTurns() as number) - before < 20 * calls,
      `${(loopTurns() as number) - before} turns in ${calls} calls`,
    );
  });
}

const pause = new Int32Array(new SharedArrayBuffer(4));
