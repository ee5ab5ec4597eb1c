import { connectionOf, describe, get, lazy, set, withOptions, type Transport } from '@remoteobj/core';
import { gate, pair, turn, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Builder {
  readonly log: string[] = [];
  value = 0;
  add(n: number): this {
    this.log.push(`add ${n}`);
    this.value += n;
    return this;
  }
  async later(n: number): Promise<this> {
    await Promise.resolve();
    return this.add(n);
  }
  sum(...numbers: number[]): number {
    return numbers.reduce((a, b) => a + b, 0);
  }
  inner = { make: (n: number) => ({ n, twice: () => n * 2, list: [n, n + 1] }) };
}

test('a chain with calls in its middle is one frame there and one back', async () => {
  const { any: remote, connection, server, frames, close } = await pair(new Builder());
  const before = server.stats().framesSent;
  assert.is(await remote.add(1).later(2).add(3).value, 6);
  assert.is(frames(), 1);
  assert.is(server.stats().framesSent - before, 1);
  assert.is(connection.stats().pending, 0);
  await close();
});

test('a call with a large argument is one frame there and one back', async () => {
  const {
    any: remote,
    frames,
    server,
    connection,
    transports,
    close,
  } = await pair({
    lengthOf: (text: string) => text.length,
    echo: (text: string) => text,
    unsendable: (_text: string) => Symbol('one'),
    fail: (_text: string) => {
      throw new RangeError('of a large one');
    },
  });
  const large = 'z'.repeat(8_000_000);
  const before = server.stats().framesSent;
  assert.is(await remote.lengthOf(large), large.length);
  assert.equal([frames(), server.stats().framesSent - before], [1, 1]);
  remote.fail(large);
  await assert.rejects(connection.flush(), 'of a large one');
  const sent = watchBytes(transports[1]);
  remote.echo(large);
  remote.unsendable(large); // nobody wants to know
  await connection.flush();
  assert.ok(sent() < 100, 'what nobody asked for is not sent back');
  assert.is(connection.stats().pending, 0);
  await close();
});

test('all operations of a tick leave in one frame, in the order they were recorded', async () => {
  const builder = new Builder();
  const { any: remote, frames, close } = await pair(builder);
  remote.add(1);
  remote.value = 100;
  const last = remote.add(2);
  const all = Promise.all([last.value, remote.sum(1, 2), remote.inner.make(3).n, get(remote.value)]);
  assert.equal(await all, [102, 3, 3, 102]);
  assert.is(frames(), 1);
  assert.equal(builder.log, ['add 1', 'add 2']);
  await close();
});

test('operations of two ticks are two frames', async () => {
  const { any: remote, frames, close } = await pair(new Builder());
  const a = get(remote.value);
  await turn();
  const b = get(remote.value);
  await Promise.all([a, b]);
  assert.is(frames(), 2);
  await close();
});

test('results that nobody asked for are not sent back', async () => {
  const big = 'x'.repeat(100_000);
  let calls = 0;
  const { any: remote, transports, close } = await pair({ big: () => (calls++, big) });
  const sent = watchBytes(transports[1]);
  for (let i = 0; i < 100; i++) remote.big();
  await turn();
  await turn();
  assert.is(calls, 100);
  assert.ok(sent() < 1000, 'at most a report that they are done');
  assert.is(await remote.big(), big);
  assert.ok(sent() > big.length, 'one that was asked for is');
  await close();
});

test('a result that is asked for after all is fetched, and the call is not made again', async () => {
  let calls = 0;
  const { any: remote, close } = await pair({ next: () => ++calls });
  const call = remote.next();
  await turn();
  await turn();
  assert.is(calls, 1);
  assert.is(await call, 1);
  assert.is(await call, 1);
  assert.is(calls, 1);
  await close();
});

test('a call runs once however often it is awaited or extended; attributes are read anew', async () => {
  const builder = new Builder();
  const { any: remote, close } = await pair(builder);
  const call = remote.add(1);
  assert.is(await call.value, 1);
  await Promise.all([call, call, call.value, call.log]);
  assert.equal(builder.log, ['add 1']);
  const view = remote.value;
  assert.is(await view, 1);
  builder.value = 7;
  assert.is(await view, 7);
  assert.is(await call.value, 7, 'an attribute of a result too');
  await close();
});

test('a view on a call that is not answered yet is sent at once', async () => {
  const hold = gate<object>();
  const { any: remote, frames, connection, close } = await pair({ open: () => hold.opened });
  const opened = remote.open();
  await turn();
  const name = get(opened.name);
  const twice = opened.twice(21);
  const answer = get(twice);
  await turn();
  assert.is(frames(), 2, 'both extensions left before the first answer came');
  assert.is(connection.stats().pending, 2);
  hold.open({ name: 'it', twice: (n: number) => n * 2 });
  assert.equal([await name, await answer], ['it', 42]);
  assert.is(frames(), 0);
  await close();
});

test('results of pending calls are arguments of later ones without a round trip', async () => {
  const hold = gate();
  const {
    any: remote,
    frames,
    close,
  } = await pair({
    slow: async (n: number) => (await hold.opened, n),
    sum: (a: number, b: { deep: number[] }) => a + (b.deep[0] as number),
  });
  const sum = get(remote.sum(remote.slow(1), { deep: [remote.slow(2)] }));
  await turn();
  assert.is(frames(), 1);
  hold.open();
  assert.is(await sum, 3);
  await close();
});

test('a call as an argument is made once, also in several places', async () => {
  let made = 0;
  const { any: remote, close } = await pair({
    make: () => ({ id: ++made }),
    same: (a: object, b: object, c: object[]) => a === b && a === c[0],
  });
  const object = remote.make();
  assert.is(await remote.same(object, object, [object]), true);
  assert.is(made, 1);
  await close();
});

test('an attribute as an argument is read over there', async () => {
  const inner = { secret: 5 };
  const {
    any: remote,
    frames,
    close,
  } = await pair({ inner, is: (value: unknown) => value === inner, echo: (value: unknown) => value });
  assert.is(await remote.is(remote.inner), true);
  assert.is(await remote.echo(remote.inner.secret), 5);
  assert.is(frames(), 2);
  await close();
});

test('a failing call as an argument fails the call it was given to, which does not run', async () => {
  let ran = false;
  const { any: remote, close } = await pair({
    fail: () => {
      throw new RangeError('the argument');
    },
    run: () => (ran = true),
  });
  await assert.rejects(
    () => remote.run(remote.fail()),
    (error: Error) => error instanceof RangeError && error.message === 'the argument',
  );
  assert.not(ran);
  await close();
});

test('what builds on a failed call fails with the error of that call', async () => {
  const hold = gate<{ x: number }>();
  const { any: remote, close } = await pair({ open: () => hold.opened });
  const opened = remote.open();
  await turn();
  const both = Promise.allSettled([opened.x.y, opened.z()]);
  await turn();
  hold.fail(new RangeError('not opened'));
  assert.equal(
    (await both).map((result) => (result as PromiseRejectedResult).reason.message),
    ['not opened', 'not opened'],
  );
  await assert.rejects(() => opened, 'not opened');
  await close();
});

test('operations start in the order in which they were issued, whatever remote they go through', async () => {
  const log: string[] = [];
  const step = (name: string) => (n: number) => void log.push(`${name}${n}`);
  const { any: remote, close } = await pair({ a: byName('a'), b: byName('b'), step: step('r') });
  function byName(name: string): object {
    return new (class {
      step = step(name);
    })();
  }
  const [a, b] = await Promise.all([remote.a, remote.b]);
  a.step(1);
  remote.step(2);
  b.step(3);
  await turn();
  b.step(4);
  a.step(5);
  remote.step(6);
  await connectionOf(remote).flush();
  assert.equal(log, ['a1', 'r2', 'b3', 'b4', 'a5', 'r6']);
  await close();
});

test('operations may finish in any order', async () => {
  const first = gate<string>();
  const { any: remote, close } = await pair({ slow: () => first.opened, fast: () => 'fast' });
  const finished: string[] = [];
  const slow = get<Untyped>(remote.slow()).then((value) => finished.push(value as string));
  const fast = get<Untyped>(remote.fast()).then((value) => finished.push(value as string));
  await fast;
  first.open('slow');
  await slow;
  assert.equal(finished, ['fast', 'slow']);
  await close();
});

test('the synchronous steps of a chain run in one turn', async () => {
  const turns: number[] = [];
  let now = 0;
  class Chained {
    step(): this {
      queueMicrotask(() => now++);
      turns.push(now);
      return this;
    }
    async pause(): Promise<this> {
      return this;
    }
  }
  const { any: remote, close } = await pair(new Chained());
  await remote.step().step().step();
  assert.equal(turns, [0, 0, 0]);
  turns.length = 0;
  const start = now;
  await remote.step().pause().step();
  assert.is(turns[0], start);
  assert.ok((turns[1] as number) > start, 'a real promise suspends the chain');
  await close();
});

test('lazy records a call that is sent when it is awaited, once', async () => {
  const builder = new Builder();
  const { any: remote, frames, close } = await pair(builder);
  const call = lazy(remote.add)(5);
  await turn();
  assert.is(frames(), 0);
  assert.is(describe(call), '(?.add(5))');
  assert.is(await call.value, 5);
  await call;
  assert.is(await call.value, 5);
  assert.equal(builder.log, ['add 5']);
  await close();
});

test('eager: false records calls and sends assignments', async () => {
  const builder = new Builder();
  const { any: remote, frames, close } = await pair(builder, { connect: { eager: false } });
  const call = remote.add(5).add(6);
  await turn();
  assert.is(frames(), 0);
  remote.value = 10;
  await turn();
  assert.is(builder.value, 10);
  assert.is(await call.value, 21);
  await call;
  assert.equal(builder.log, ['add 5', 'add 6']);
  await close();
});

test('an awaitable assignment and a plain one arrive in order', async () => {
  const builder = new Builder();
  const { any: remote, frames, close } = await pair(builder);
  remote.value = 1;
  const second = set(remote.value, 2);
  remote.value = 3;
  await second;
  assert.is(frames(), 1);
  assert.is(await remote.value, 3);
  await close();
});

test('options travel along the chain and change nothing in the frame count', async () => {
  const { any: remote, frames, close } = await pair(new Builder());
  assert.is(await withOptions(remote.add, { timeout: 60_000 })(1).add(2).value, 3);
  assert.is(frames(), 1);
  await close();
});

/** How many bytes a transport was given to send since this was called. */
function watchBytes(transport: Transport): () => number {
  let bytes = 0;
  const { send } = transport;
  transport.send = (frame) => {
    for (const part of [frame.head, ...frame.blobs]) bytes += part.byteLength;
    return send.call(transport, frame);
  };
  return () => bytes;
}
