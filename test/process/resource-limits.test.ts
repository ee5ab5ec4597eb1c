import { remoteModule } from '@remoteobj/core';
import { RemoteDiedError } from '@remoteobj/except';
import { job, pool, spawn, spawnThread } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type { Untyped } from '../support/pair.js';
import type * as Memory from './modules/memory.js';

const memory = new URL('./modules/memory.js', import.meta.url);
const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };

test('a thread beyond its memory dies, its calls say why, and nothing is left', async () => {
  const left = watchLeftovers();
  const child = await spawnThread<typeof Memory>(memory, { resourceLimits });
  assert.equal((await child.remote.limits()).maxOldGenerationSizeMb, 24);
  const error = (await assert.rejects(() => child.remote.fill(), RemoteDiedError)) as RemoteDiedError;
  assert.match(error.message, /fill\(\).*: .* \(thread \d+\) has ended.*: .*memory limit/);
  assert.is(error.executed, 'unknown');
  assert.equal(await child.exited, { code: 1, signal: null, reason: 'threw' });
  await left.assertNone();
});

test('so does a job in a thread', async () => {
  const left = watchLeftovers();
  const filling = job(remoteModule<typeof Memory>(memory).fill, [], { threaded: true, resourceLimits });
  const error = (await assert.rejects(filling.result, RemoteDiedError)) as RemoteDiedError;
  assert.match(error.message, /memory limit/);
  assert.equal(await filling.exited, { code: 1, signal: null, reason: 'threw' });
  await left.assertNone();
});

test('limits are for threads, have names, and are numbers above 0', async () => {
  await assert.rejects(() => spawn(memory, { resourceLimits }), /spawn: resourceLimits is for threads: use execArgv/);
  assert.throws(() => pool(memory, { resourceLimits }), /pool: resourceLimits is for threads/);
  assert.throws(() => job(remoteModule<typeof Memory>(memory).fill, [], { resourceLimits }), /job: resourceLimits is/);
  const wrong = (limits: Untyped): Promise<unknown> => spawnThread(memory, { resourceLimits: limits });
  await assert.rejects(wrong({ heap: 5 }), /no limit resourceLimits\.heap; there are maxOldGenerationSizeMb/);
  await assert.rejects(wrong({ stackSizeMb: 0 }), /resourceLimits\.stackSizeMb must be a number of MiB above 0, not 0/);
});
