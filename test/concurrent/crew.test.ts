import { background } from '@remoteobj/concurrent';
import { remoteModule } from '@remoteobj/core';
import type { Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

const { below } = remoteModule<typeof import('./modules/crews.js')>(new URL('./modules/crews.js', import.meta.url));
/** In threads, two levels down: one worker, and four at most. */
const run = background(below, { strategy: 'thread' });

test('functions that wait for one more each get workers as long as there may be more', async () => {
  assert.equal(await run('askForMore', 3), { sums: 3, errors: [] });
});

test('when all that may run wait for others in line, one of them is told, and the rest go on', async () => {
  const { sums, errors } = (await run('askForMore', 6)) as Untyped;
  assert.is(sums, 5);
  assert.is(errors.length, 1);
  assert.match(errors[0], /DeadlockError: 4 functions run in the background.* while \d+ wait in line for them/);
});

test('blocking reads, the last first, take no more workers than there may be', async () => {
  const leftovers = watchLeftovers();
  const count = 12;
  const { numbers, threads } = (await run('readLastFirst', count)) as Untyped;
  assert.equal(
    numbers,
    Array.from({ length: count }, (_, i) => count - 1 - i),
  );
  assert.ok(threads <= 4, `${threads} threads`);
  await leftovers.assertNone();
});

test('the time of a function that is waited for is up in line, too', async () => {
  assert.equal(await run('blockInLine', 4), [true, 'slept', 'slept', 'slept', 'slept']);
});
