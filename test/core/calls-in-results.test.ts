import { connect, connectionOf, expose } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { pair, turn, until, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

type Told = (value: number) => { x: number };

const service = {
  each: (tell: Told) => [1, 2, 3].map((value) => tell(value)),
  save: (tell: Told) => ({ id: 1, told: tell(1) }),
  later: async (tell: Told) => new Map([[1, tell(1)]]),
  member: (tell: Told) => [tell(1).x],
  twice(tell: Told) {
    const told = tell(1);
    return [told, told];
  },
  *items(tell: Told) {
    yield { told: tell(1) };
    yield { told: tell(2) };
  },
  add: (a: number, b: number) => a + b,
  fails: () => {
    throw new RangeError('no more');
  },
  call: async (callback: () => unknown) => callback(),
};

test('a result may hold calls to the caller that are under way', async () => {
  const { any: remote, connection, close } = await pair(service);
  const tell = (value: number): { x: number } => ({ x: value });
  assert.equal(await remote.each(tell), [{ x: 1 }, { x: 2 }, { x: 3 }]);
  assert.equal(await remote.save(tell), { id: 1, told: { x: 1 } });
  assert.equal(await remote.later(tell), new Map([[1, { x: 1 }]]));
  assert.equal(await remote.member(tell), [1]);
  await until(() => connection.stats().pending === 0);
  await close();
});

test('a call that a result holds twice is made and read once', async () => {
  const { any: remote, close } = await pair(service);
  let calls = 0;
  const [first, second] = await remote.twice(() => ({ x: ++calls }));
  assert.is(first, second);
  assert.is(calls, 1);
  await close();
});

test('an item may hold a call to the caller that is under way', async () => {
  const { any: remote, close } = await pair(service);
  const items: unknown[] = [];
  for await (const item of remote.items((x: number) => ({ x }))) items.push(item);
  assert.equal(items, [{ told: { x: 1 } }, { told: { x: 2 } }]);
  await close();
});

test('what a callback answers may hold calls and chains of calls to whoever called it', async () => {
  const { any: remote, close } = await pair(service);
  assert.equal(await remote.call(() => [remote.add(1, 2), remote.call(() => ({ sum: remote.add(3, 4) }))]), [
    3,
    { sum: 7 },
  ]);
  await close();
});

test('a call inside a result that fails is the error of the call that it is the result of', async () => {
  const { any: remote, connection, server, close } = await pair(service);
  const unheard: unknown[] = [];
  server.on('error', (error) => unheard.push(error));
  connection.on('error', (error) => unheard.push(error));
  const error = await assert.rejects(
    remote.save(() => {
      throw new RangeError('not told');
    }),
    RangeError,
  );
  assert.is((error as Error).message, 'not told');
  await assert.rejects(
    remote.call(() => [remote.fails()]),
    RangeError,
  );
  await turn();
  assert.equal(unheard, []);
  await close();
});

test('a result may speak of what its caller exposes later', async () => {
  const [here, there] = memoryPair();
  const owner: Untyped = connect(there); // what the caller exposes, which is nothing yet
  expose({ names: () => ({ name: owner.name, long: owner.name.length }), self: () => [owner] }, there);
  const remote: Untyped = connect(here);
  await assert.rejects(remote.self(), /exposes nothing yet/);
  const names = remote.names();
  await turn();
  expose({ name: 'ada' }, here);
  assert.equal(await names, { name: 'ada', long: 3 });
  await connectionOf(remote).close();
});
