import { remoteModule, spawn } from 'remoteobj';
import { assert, test } from '../support/suite.js';
import type * as Service from './modules/service.js';

const service = new URL('./modules/service.js', import.meta.url);
const named = remoteModule<typeof Service>(service);

test('a call of a named function as an argument is run over there, each time it is sent', async () => {
  await using child = await spawn<typeof Service>(service);
  // To the types it is what the function gives, which is what arrives.
  const sum = named.add(1, 2);
  assert.is(await child.remote.doubled(sum), 6);
  assert.is(await child.remote.add(sum, named.doubled(4)), 11);
  assert.is(await child.remote.add(named.add(named.doubled(1), 1), 0), 3);
});

test('an unbound view cannot assign or delete', () => {
  const counter = named.Counter as unknown as { limit?: number };
  assert.throws(() => (counter.limit = 1), /belongs to no connection/);
  assert.throws(() => delete counter.limit, /belongs to no connection/);
});
