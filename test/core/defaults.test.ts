import { connect, expose, get, waitUntilListening } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { turn, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

test('a default that is given to a call which was made counts while nobody is there, and the call is not run later', async () => {
  const [here, there] = memoryPair();
  const local = { double: (x: number) => 2 * x };
  const remote = connect<Untyped>(here, { local });
  assert.is(await get(remote.double(4), { default: 5 }), 5);
  assert.is(await remote.double(4).get_({ default: () => 6 }), 6);
  assert.is(await get(remote.double(4), { defaultLocal: true }), 8);
  const ran: number[] = [];
  expose({ double: (x: number) => (ran.push(x), 2 * x) }, there);
  await waitUntilListening(remote);
  assert.is(await get(remote.double(1), { default: 5 }), 2);
  assert.equal(ran, [1]);
  await there.close();
  await turn();
  assert.is(await get(remote.double(4), { default: 5 }), 5);
});
