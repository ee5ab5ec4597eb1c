import { AsyncLocalStorage } from 'node:async_hooks';
import { carryContext, connect, connectionOf, expose, type Transport } from '@remoteobj/core';
import { UnserializableError } from '@remoteobj/except';
import { memoryPair } from '@remoteobj/transport';
import { gate, pair, turn } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

interface Asking {
  readonly user: string;
}

/** Both ends are in this process, so they share the storage. */
const asking = new AsyncLocalStorage<Asking>();
const who = (): string | undefined => asking.getStore()?.user;

class Target {
  who(): string | undefined {
    return who();
  }
  async later(opened: () => PromiseLike<void>): Promise<(string | undefined)[]> {
    const before = who();
    await opened();
    return [before, who()];
  }
  async callBack(f: () => PromiseLike<unknown>): Promise<unknown> {
    return f();
  }
  self(): this {
    return this;
  }
  *each(n: number): Generator<string | undefined> {
    for (let i = 0; i < n; i++) yield who();
  }
  async *eachLater(n: number): AsyncGenerator<string | undefined> {
    for (let i = 0; i < n; i++) {
      await turn();
      yield who();
    }
  }
}

/** Carries who asks, for the time of `use`. */
async function carrying(use: () => Promise<void>): Promise<void> {
  const stop = carryContext('asking', asking);
  try {
    await use();
  } finally {
    stop();
  }
}

test('what a storage holds goes along with each call, also over awaits there, and nothing with calls that have none', async () => {
  const { remote, close } = await pair(new Target());
  await carrying(async () => {
    const opened = gate<void>();
    const calls = [
      asking.run({ user: 'a' }, () => remote.who()),
      remote.who(),
      asking.run({ user: 'b' }, () => remote.who()),
      asking.run({ user: 'c' }, () => remote.later(() => opened.opened)),
      remote.who(),
    ];
    opened.open();
    assert.equal(await Promise.all(calls), ['a', undefined, 'b', ['c', 'c'], undefined]);
    assert.is(await asking.run({ user: 'd' }, async () => await remote.who()), 'd');
  });
  await close();
});

test('calls of one tick leave in one frame all the same', async () => {
  const { remote, frames, close } = await pair(new Target());
  await carrying(async () => {
    frames();
    const users = await asking.run({ user: 'a' }, () => Promise.all(Array.from({ length: 5 }, () => remote.who())));
    assert.equal(users, ['a', 'a', 'a', 'a', 'a']);
    assert.is(frames(), 1);
    const same = { user: 'b' };
    for (let i = 0; i < 3; i++) assert.is(await asking.run(same, () => remote.who()), 'b', 'it is said in each frame');
  });
  await close();
});

test('calls of different callers in one chain run each with its own', async () => {
  const { remote, close } = await pair(new Target());
  await carrying(async () => {
    const base = asking.run({ user: 'a' }, () => remote.self());
    const user = asking.run({ user: 'b' }, () => base.who());
    assert.is(await user, 'b');
    assert.is(await asking.run({ user: 'c' }, () => remote.self().self().who()), 'c');
  });
  await close();
});

test('a call back carries on what its own caller carried', async () => {
  const { remote, close } = await pair(new Target());
  await carrying(async () => {
    assert.is(await asking.run({ user: 'a' }, () => remote.callBack(async () => who())), 'a');
    assert.is(await remote.callBack(async () => who()), undefined);
  });
  await close();
});

test('generators go on with what the caller of the iteration carried, whoever asks for the next item', async () => {
  const { remote, close } = await pair(new Target());
  await carrying(async () => {
    for (const each of ['each', 'eachLater'] as const) {
      const seen = new Set<string | undefined>();
      const items = asking.run({ user: 'a' }, () => remote[each](100)[Symbol.asyncIterator]());
      const first = await asking.run({ user: 'a' }, () => items.next());
      seen.add(first.value as string | undefined);
      for (let step = await items.next(); step.done !== true; step = await items.next()) seen.add(step.value as string);
      assert.equal([...seen], ['a']);
    }
  });
  await close();
});

test('what cannot be carried fails the call that would carry it, with its name, and no other', async () => {
  const { remote, close } = await pair(new Target());
  const odd = new AsyncLocalStorage<unknown>();
  const stop = carryContext('odd', odd);
  const bad = odd.run({ inside: Symbol('no') }, () => remote.who());
  const error = (await assert.rejects(bad, UnserializableError)) as UnserializableError;
  assert.match(error.message, 'context.odd.inside');
  assert.is(error.executed, 'no');
  assert.is(await odd.run('fine', () => remote.who()), undefined);
  stop();
  await close();
});

test('objects among what is carried go by reference, and promises are awaited', async () => {
  const { remote, connection, server, close } = await pair(new Target());
  const stop = carryContext('asking', asking);
  const user = Promise.resolve('a') as unknown as string;
  assert.is(await asking.run({ user }, () => remote.who()), 'a');
  stop();
  assert.is(connection.stats().pending, 0);
  assert.is(server.stats().running, 0);
  await close();
});

/** An end of which nothing is known but that it is there; writes down what is sent. */
function stranger(transport: Transport, heads: string[]): Transport {
  return {
    send: (frame) => {
      heads.push(Buffer.from(frame.head).toString('latin1'));
      return transport.send(frame);
    },
    listen: (receiver) => transport.listen(receiver),
    keepAlive: (on) => transport.keepAlive(on),
    close: (reason) => transport.close(reason),
  };
}

test('strangers are told nothing, and have no say', async () => {
  const heads: string[] = [];
  const [here, there] = memoryPair();
  const served = { who: () => who() ?? 'nobody' };
  expose(served, stranger(there, heads));
  const remote = connect<typeof served>(stranger(here, heads));
  await carrying(async () => {
    assert.is(await asking.run({ user: 'mallory' }, () => remote.who()), 'nobody');
    assert.ok(heads.length > 0 && heads.every((head) => !head.includes('mallory')));
  });
  await connectionOf(remote).close();

  const ends = memoryPair();
  expose(served, ends[1], { policy: 'exposed' });
  const trusting = connect<typeof served>(ends[0]);
  await carrying(async () => {
    assert.is(await asking.run({ user: 'mallory' }, () => trusting.who()), 'nobody', 'it was told, and does not care');
  });
  await connectionOf(trusting).close();
});

test('names that are taken or none, and what is no storage, are refused', () => {
  const stop = carryContext('asking', asking);
  assert.throws(() => carryContext('asking', asking), /'asking' is carried already/);
  assert.throws(() => carryContext('', asking), /name must be a text/);
  assert.throws(() => carryContext('__proto__', asking), /name must be a text/);
  assert.throws(() => carryContext('other', {} as never), /AsyncLocalStorage/);
  stop();
  carryContext('asking', asking)();
});
