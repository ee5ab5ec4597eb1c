import { connect, connectionOf, expose, get, sync, waitUntilListening, withOptions } from '@remoteobj/core';
import { memoryPair, messagePort } from '@remoteobj/transport';
import { gate, turn, type Untyped } from '../support/pair.js';
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

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('an iteration while nobody is there goes through the default, and through the remote afterwards', async () => {
  const [here, there] = memoryPair();
  const local = { items: [5, 6] };
  const remote = connect<Untyped>(here, { local });
  let cleaned = 0;
  async function* later(): AsyncGenerator<number> {
    try {
      for (let i = 1; ; i++) yield i;
    } finally {
      cleaned++;
    }
  }
  assert.equal(await all(withOptions(remote.items, { default: new Set([1, 2]) })), [1, 2]);
  assert.equal(await all(withOptions(remote.items, { default: async () => [3] })), [3]);
  assert.equal(await all(withOptions(remote.items, { defaultLocal: true })), [5, 6]);
  assert.equal(await all(withOptions(remote.items, { default: [Promise.resolve(1), 2] })), [1, 2]);
  const coming = gate<number[]>();
  const left = withOptions(remote.items, { default: () => coming.opened })[Symbol.asyncIterator]();
  const [first, returned] = [left.next(), left.return()];
  coming.open([1]);
  assert.equal([(await first).done, (await returned).done], [true, true]);
  const seen: unknown[] = [];
  for await (const item of withOptions(remote.items, { default: later })) {
    seen.push(item);
    if (seen.length === 3) break;
  }
  assert.equal([seen, cleaned], [[1, 2, 3], 1]);
  await assert.rejects(all(withOptions(remote.items, { default: 7 })), 'the default cannot be iterated: 7');
  assert.is(connectionOf(remote).stats().streams, 0);
  expose({ items: [9] }, there);
  await waitUntilListening(remote);
  assert.equal(await all(withOptions(remote.items, { default: [1] })), [9]);
  await there.close();
});

test('a blocking iteration goes through the default, too, unless that comes asynchronously', async () => {
  const { port1, port2 } = new MessageChannel();
  const remote = connect<Untyped>(messagePort(port1));
  assert.equal([...sync(withOptions(remote.items, { default: [1, 2] }))], [1, 2]);
  const later = withOptions(remote.items, { default: () => (async function* () {})() });
  assert.throws(() => [...sync(later)], 'iterate with for await');
  const soon = withOptions(remote.items, { default: async () => [1] });
  assert.throws(() => [...sync(soon)], 'iterate with for await');
  port2.close();
  await connectionOf(remote).close();
});
