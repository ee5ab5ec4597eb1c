/** Code of the user's that runs while a value is encoded, and uses the same connection. */
import { connect, connectionOf, defineType, expose, release, sync } from '@remoteobj/core';
import { Except, UnserializableError } from '@remoteobj/except';
import { memoryPair, messagePort } from '@remoteobj/transport';
import { pair, turn, type Pair, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Target {
  readonly log: unknown[] = [];
  note(what: unknown): void {
    this.log.push(what);
  }
  twice(n: number): number {
    return n * 2;
  }
  fallible(exc: Except): object {
    return watched({ a: 1 }, () => exc.run('there', () => fault(), { raises: false }));
  }
}

class Celsius {
  readonly degrees: number;
  constructor(degrees: number) {
    this.degrees = degrees;
  }
}
let onEncode = (): void => {};
defineType('test.encoding.Celsius', Celsius, {
  encode: ({ degrees }) => {
    onEncode();
    return degrees;
  },
  decode: (degrees) => new Celsius(degrees as number),
});

/** An object that does something whenever it is looked at. */
function watched<T extends object>(target: T, look: () => void): T {
  return new Proxy(target, {
    ownKeys(object) {
      look();
      return Reflect.ownKeys(object);
    },
  });
}

function fault(): never {
  throw new TypeError('inside');
}

/** Uses a connection, and sees that it works as before and holds nothing. */
async function unharmed(use: (made: Pair<Target>, target: Target) => Promise<void>): Promise<void> {
  const target = new Target();
  const made = await pair(target);
  await use(made, target);
  onEncode = () => {};
  await made.any.note('afterwards');
  assert.is(target.log.at(-1), 'afterwards');
  const { pending, running, kept } = made.connection.stats();
  assert.equal([pending, running, kept], [0, 0, 0]);
  await made.close();
}

test('what a Proxy, the encode of a type or the getter of an error calls meanwhile follows the message', async () => {
  await unharmed(async ({ any: remote }, target) => {
    const meanwhile = (): void => void remote.note('meanwhile');
    const values: unknown[] = [watched({ x: 1 }, meanwhile), new Celsius(3)];
    onEncode = meanwhile;
    for (const value of values) {
      await remote.note(value);
      await remote.note('end');
      const [first, ...rest] = target.log.splice(0);
      assert.type(first, 'object');
      assert.is(rest.pop(), 'end');
      assert.equal([...new Set(rest)], ['meanwhile']);
    }
    const error = new (class extends Error {
      override get message(): string {
        meanwhile();
        return 'read';
      }
    })();
    await remote.note(error);
    assert.ok(target.log.some((entry) => entry instanceof Error && entry.message === 'read'));
  });
});

test('what is made meanwhile is in order with what is made before and afterwards', async () => {
  await unharmed(async ({ any: remote }, target) => {
    remote.note('before');
    onEncode = () => {
      remote.note('first');
      remote.note(watched({ deep: true }, () => remote.note('second')));
    };
    remote.note(new Celsius(4));
    remote.note('after');
    await remote.note('end');
    const texts = target.log.filter((entry) => typeof entry === 'string');
    assert.equal([...new Set(texts)], ['before', 'first', 'second', 'after', 'end']);
    assert.instance(target.log[1], Celsius);
  });
});

test('a call that is made meanwhile may be part of the value', async () => {
  await unharmed(async ({ any: remote }, target) => {
    const value = new Proxy({ x: 1 }, { getOwnPropertyDescriptor: (_, name) => described(name, remote.log.length) });
    await remote.note(value);
    assert.equal(target.log.at(-1), { x: 0 });
    const called = new Proxy({ x: 1 }, { getOwnPropertyDescriptor: (_, name) => described(name, remote.twice(4)) });
    await remote.note(called);
    assert.equal(target.log.at(-1), { x: 8 });
  });
});

function described(name: PropertyKey, value: unknown): PropertyDescriptor | undefined {
  return name === 'x' ? { value, writable: true, enumerable: true, configurable: true } : undefined;
}

test('an error that is recorded meanwhile, while an answer is encoded, arrives', async () => {
  await unharmed(async ({ any: remote }) => {
    const exc = new Except();
    assert.equal(await remote.fallible(exc), { a: 1 });
    assert.ok(exc.size > 0);
    assert.is((exc.first as Error).message, 'inside');
  });
});

test('a message that cannot cross takes nothing back that was made meanwhile', async () => {
  await unharmed(async ({ any: remote, connection }, target) => {
    const callback = (): number => 1;
    const value = { a: callback, b: watched({}, () => remote.note(callback)), c: Symbol('c') };
    await assert.rejects(async () => remote.note(value), UnserializableError);
    await remote.note('end');
    const passed = target.log.filter((entry) => typeof entry === 'function');
    assert.ok(passed.length > 0);
    assert.is(await (passed[0] as () => unknown)(), 1);
    assert.is(connection.stats().exported, 1);
    release(passed[0] as object);
    await turn();
    await remote.note('end');
    assert.is(connection.stats().exported, 0, 'each mention has come back');
  });
});

test('a blocking call meanwhile is refused with a word of why', async () => {
  const target = new Target();
  const { port1, port2 } = new MessageChannel();
  expose(target, messagePort(port1));
  const remote: Untyped = connect<Target>(messagePort(port2));
  let refused: unknown;
  onEncode = () => {
    try {
      sync(remote).twice(1);
    } catch (error) {
      refused = error;
    }
  };
  await remote.note(new Celsius(2));
  assert.match((refused as Error).message, 'while a value for the same connection is encoded');
  assert.instance(target.log[0], Celsius);
  await connectionOf(remote).close();
});

test('what is made meanwhile for an end that does not listen yet is not lost, however much waits', async () => {
  for (const [calls, text] of [
    [1, 'x'.repeat(2_000_000)],
    [300, ''],
  ] as const) {
    const [here, there] = memoryPair();
    const remote: Untyped = connect<Target>(here);
    const nested: unknown[] = [];
    onEncode = () => nested.push(remote.twice(4));
    const made = Array.from({ length: calls }, () => remote.note([new Celsius(1), text]));
    onEncode = () => {};
    const target = new Target();
    expose(target, there);
    await Promise.all(made);
    assert.equal(new Set(await Promise.all(nested)), new Set([8]));
    assert.is(target.log.length, calls);
    await connectionOf(remote).close();
  }
});

test('calls inside calls inside an answer that is encoded keep their order', async () => {
  const order: string[] = [];
  const { any: remote, close } = await pair({
    say: (text: unknown) => void order.push(typeof text === 'string' ? text : 'a temperature'),
    ask: async (f: () => PromiseLike<unknown>) => void (await f()),
  });
  const inside = (): void => {
    onEncode = () => remote.say('inside');
    remote.say(new Celsius(2));
    onEncode = () => {};
    remote.say('after');
  };
  onEncode = inside;
  await remote.ask(() => new Celsius(1));
  await remote.say('end');
  assert.equal(order, ['a temperature', 'inside', 'after', 'end']);
  await close();
});
