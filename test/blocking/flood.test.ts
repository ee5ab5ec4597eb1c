import { assert } from '../support/suite.js';
import { until } from '../support/pair.js';
import { childTest, kinds } from './kinds.js';

const flood = new URL('./modules/flood.js', import.meta.url);
const slowLoop = new URL('./modules/slow-loop.js', import.meta.url);

for (const kind of kinds) {
  // Where many are quick: more than may be in flight.
  const many = kind.name.includes('ring') ? 70_000 : 10_000;
  for (const times of [3000, many])
    childTest(
      kind,
      flood,
      `${times} calls of the other end that wait meanwhile do not keep back what this thread waits for, and keep their order`,
      async ({ blocking, remote }) => {
        const numbers: number[] = [];
        await remote.tellTo((n: number) => void numbers.push(n));
        assert.is(
          blocking.floodAndCall(times, (x: number) => x + 1),
          2,
        );
        assert.ok(numbers.length < times, 'all of them were served at once');
        await until(() => numbers.length === times);
        assert.equal(
          numbers,
          Array.from({ length: times }, (_, i) => i),
        );
      },
    );

  childTest(
    kind,
    flood,
    'what runs beside the call that is waited for may await this thread: no circle',
    async ({ blocking, remote }) => {
      let reports = 0;
      remote.report(async () => void (await new Promise(setImmediate), reports++)); // started in a call of its own
      await until(() => reports > 3);
      for (let i = 0; i < 3; i++) assert.is(blocking.later(150), 'later'); // several times what it takes to look for a circle
      const before = reports;
      await until(() => reports > before);
    },
  );

  childTest(kind, slowLoop, 'more calls than may be in flight wait for an object in a loop', async ({ remote }) => {
    const calls = Array.from({ length: many }, (_, i) => remote.add(i, 1) as Promise<number>);
    const sums = await Promise.all(calls);
    assert.ok(sums.every((sum, i) => sum === i + 1));
    remote.running = false;
  });
}
