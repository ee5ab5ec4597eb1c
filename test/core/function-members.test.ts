import { EventEmitter } from 'node:events';
import { attrs, connect, connectionOf, expose, AccessDeniedError } from 'remoteobj';
import { memoryPair } from '@remoteobj/transport';
import { childTest, kinds } from '../blocking/kinds.js';
import { gate, pair, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

/** A class whose members are called like those of functions. */
class Phone {
  call(number: number): string {
    return `called ${number}`;
  }
  apply = 5;
  bind(): string {
    return 'bound';
  }
}

const service = {
  bus: new EventEmitter(),
  phone: new Phone(),
  sum: (...numbers: number[]) => numbers.reduce((a, b) => a + b, 0),
  giveSum: () => service.sum,
  echo: (value: unknown) => value,
  run: (task: (f: Untyped) => unknown, f: unknown) => task(f),
  viaCall: (f: Untyped) => f.call({ not: 'passed' }, 1, 2),
  viaApply: (f: Untyped) =>
    Promise.all([f.apply(undefined, [1, 2]), f.apply(null), f.apply(null, { length: 1, 0: 7 })]),
  viaBind: (f: Untyped) => f.bind(null, 1)(2),
};

test('a callback may be given to an EventEmitter, which applies it', async () => {
  const { any: remote, connection, close } = await pair(service);
  const told = gate<unknown>();
  await remote.bus.on('tick', (value: unknown) => told.open(value));
  await remote.bus.emit('tick', { a: 1 });
  assert.equal(await told.opened, { a: 1 });
  await remote.bus.removeAllListeners();
  await connection.flush();
  await close();
});

test('call, apply and bind of a function of the other side are calls of it, without this', async () => {
  const { any: remote, close } = await pair(service);
  const listed = function (this: unknown, ...args: unknown[]): unknown[] {
    return [this === undefined, ...args];
  };
  assert.equal(await remote.viaCall(listed), [true, 1, 2]);
  assert.equal(await remote.viaApply(listed), [[true, 1, 2], [true], [true, 7]]);
  assert.equal(await remote.viaBind(listed), [true, 1, 2]);
  const sum = await remote.giveSum();
  assert.is(await sum.call(null, 1, 2), 3);
  assert.is(await sum.apply(null, [1, 2, 3]), 6);
  assert.is(await sum.bind(null, 4)(5), 9);
  await close();
});

test('members that are called call, apply and bind are reached where the object is no function', async () => {
  const { any: remote, close } = await pair(service);
  const phone = await remote.phone;
  assert.is(await phone.call(112), 'called 112');
  assert.is(await phone.apply, 5);
  assert.is(await phone.bind(), 'bound');
  await close();
});

test('whoever asks for call of what may be a function is told what to do, and nobody reaches it', async () => {
  const { any: remote, close } = await pair(service);
  const error = (await assert.rejects(remote.sum.call(null, 1), AccessDeniedError)) as Error;
  assert.match(error.message, 'call the function itself, or await it first');
  await assert.rejects(attrs(await remote.giveSum(), 'apply'), AccessDeniedError);
  await close();
});

test('a function stays one behind a second connection, where its members are not reached either', async () => {
  const far = await pair(service);
  const [here, there] = memoryPair();
  expose({ sum: await far.any.giveSum(), phone: await far.any.phone, remote: far.any }, there);
  const near: Untyped = connect(here);
  const sum = await near.sum;
  assert.is(await sum.apply(null, [1, 2]), 3);
  await assert.rejects(attrs(sum, 'apply'), AccessDeniedError);
  await assert.rejects(near.sum.bind, AccessDeniedError);
  const phone = await near.phone;
  assert.is(await phone.call(112), 'called 112');
  await connectionOf(near).close();
  await far.close();
});

const calling = new URL('./modules/calling.js', import.meta.url);

for (const kind of kinds) {
  childTest(kind, calling, 'call, apply and bind of a blocking remote of a function block', ({ blocking }) => {
    const add = (blocking as Untyped).give();
    assert.is(add.call(null, 1, 2), 3);
    assert.is(add.apply(null, [3, 4]), 7);
    assert.is(add.bind(null, 5)(6), 11);
  });
}
