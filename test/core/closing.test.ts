import { connect, connectionOf, expose } from '@remoteobj/core';
import { ConnectionClosedError } from '@remoteobj/except';
import { memoryPair, messagePort } from '@remoteobj/transport';
import { MessageChannel } from 'node:worker_threads';
import type { Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

test('what a function returns is answered although its last act is to close the connection', async () => {
  const [here, there] = memoryPair();
  expose({ add: async (a: number, b: number) => a + b }, there);
  const remote = connect<Untyped>(here);
  await remote.add(0, 0);
  async function last(call: () => unknown): Promise<unknown> {
    try {
      return call();
    } finally {
      await connectionOf(remote).close();
    }
  }
  assert.is(await last(() => (remote.add(5, 5), remote.add(1, 2))), 3);
});

for (const [over, transport] of [
  ['a pair in memory', () => memoryPair()[0]],
  ['a port', () => messagePort(new MessageChannel().port1)],
] as const) {
  test(`${over}: a connection to somebody who never came can be closed, and says so to what waited`, async () => {
    const remote = connect<Untyped>(transport());
    const waiting = assert.rejects(remote.add(1, 2), ConnectionClosedError);
    await connectionOf(remote).close();
    assert.is(((await waiting) as ConnectionClosedError).executed, 'no');
  });
}
