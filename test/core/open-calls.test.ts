import { fc, runs } from '../support/properties.js';
import { OpenCalls } from '@remoteobj/core/internal';
import { assert, test } from '../support/suite.js';

interface Call {
  readonly id: number;
  readonly name: string;
}

test('calls by their numbers: the same as a Map, whichever are closed in between', () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.record({ open: fc.integer({ min: 1, max: 400 }) }) },
      { weight: 3, arbitrary: fc.record({ close: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ again: fc.nat() }) },
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (list) => {
      const [calls, twin] = [new OpenCalls<Call>(), new Map<number, Call>()];
      let last = 0;
      const known = (n: number): number => [...twin.keys()][n % Math.max(1, twin.size)] ?? n;
      for (const step of list) {
        if ('open' in step) {
          // Several at once, some of which leave a gap of a whole round of slots.
          for (let i = 0; i < step.open; i++) open(calls, twin, (last += i % 7 === 0 ? 128 : 1), 'first');
        } else if ('close' in step) {
          const id = known(step.close);
          assert.is(calls.delete(id), twin.delete(id));
          assert.is(calls.has(id), false);
        } else {
          open(calls, twin, known(step.again), 'again');
        }
        same(calls, twin);
      }
      calls.clear();
      same(calls, new Map());
    }),
    { numRuns: runs(100) / 10 },
  );
});

test('numbers that another program chose, however large, are kept apart', () => {
  const calls = new OpenCalls<Call>();
  const ids = [0, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 128, 256];
  for (const id of ids) calls.add({ id, name: String(id) });
  for (const id of ids) assert.is(calls.get(id)?.name, String(id));
  assert.is(calls.get(2 ** 33), undefined);
  assert.is(calls.size, ids.length);
});

function open(calls: OpenCalls<Call>, twin: Map<number, Call>, id: number, name: string): void {
  const call = { id, name };
  calls.add(call);
  twin.set(id, call);
}

function same(calls: OpenCalls<Call>, twin: ReadonlyMap<number, Call>): void {
  assert.is(calls.size, twin.size);
  for (const [id, call] of twin) assert.is(calls.get(id), call);
  assert.equal(
    calls.values().map(({ id }) => id),
    [...twin.keys()].toSorted((a, b) => a - b),
  );
}
