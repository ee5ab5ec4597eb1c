import { once } from 'node:events';
import {
  AccessDeniedError,
  connect,
  connectionOf,
  defineType,
  expose,
  get,
  isRemote,
  memoryPair,
  NotListeningError,
  RemoteError,
  RemoteObjectError,
  StaleReferenceError,
  TimeoutError,
  withOptions,
} from 'remoteobj';
import { gate, pair, turn, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

/** Throws, or gives, whatever it holds. */
class Thrower {
  thrown: unknown;
  throw(): never {
    throw this.thrown;
  }
  async reject(): Promise<never> {
    await Promise.resolve();
    throw this.thrown;
  }
  give(): unknown {
    return this.thrown;
  }
  *items(): Generator<number> {
    yield 1;
    throw this.thrown;
  }
  get getter(): never {
    throw this.thrown;
  }
  set setter(_value: unknown) {
    throw this.thrown;
  }
  take(value: unknown): unknown {
    this.thrown = value;
    return value;
  }
}

/** What a call that throws `thrown` rejects with. */
async function rejected(thrown: unknown): Promise<Untyped> {
  const thrower = new Thrower();
  thrower.thrown = thrown;
  const { any: remote, close } = await pair(thrower);
  const outcomes = await Promise.allSettled([remote.throw(), remote.reject()]);
  await close();
  const [one, two] = outcomes.map((outcome) => {
    assert.is(outcome.status, 'rejected');
    return (outcome as PromiseRejectedResult).reason as unknown;
  });
  assert.is(Object.prototype.toString.call(one), Object.prototype.toString.call(two));
  return one;
}

for (const Class of [Error, TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError]) {
  test(`${Class.name} arrives as ${Class.name} with its message, stack and properties`, async () => {
    const thrown = Object.assign(new Class('what happened'), {
      code: 'E_CODE',
      detail: { list: [1, new Date(5)] },
      errno: -2,
    });
    const error = await rejected(thrown);
    assert.is(error.constructor, Class);
    assert.instance(error, Class);
    assert.is(error.name, Class.name);
    assert.is(error.message, 'what happened');
    assert.is(error.code, 'E_CODE');
    assert.is(error.errno, -2);
    assert.equal(error.detail, { list: [1, new Date(5)] });
    assert.ok(error.stack.startsWith(`${Class.name}: what happened\n`), error.stack);
    assert.not(error === thrown);
  });
}

test('the remote stack is kept, and the stack of the call stands below it', async () => {
  class Deep {
    outer(): void {
      this.innermostFrame();
    }
    innermostFrame(): never {
      throw new Error('deep');
    }
  }
  const { any: remote, close } = await pair(new Deep());
  async function theCallingFunction(): Promise<unknown> {
    return await remote.outer();
  }
  const error = (await assert.rejects(() => theCallingFunction())) as Error;
  const stack = error.stack as string;
  assert.match(stack, /innermostFrame/);
  assert.match(stack, /theCallingFunction/);
  assert.ok(stack.indexOf('innermostFrame') < stack.indexOf('theCallingFunction'), stack);
  await close();
});

test('chains of causes arrive whole, cycles included', async () => {
  const bottom = new SyntaxError('bottom');
  const middle = new TypeError('middle', { cause: bottom });
  const error = await rejected(new RangeError('top', { cause: middle }));
  assert.ok(error.cause instanceof TypeError);
  assert.ok(error.cause.cause instanceof SyntaxError);
  assert.is(error.cause.cause.message, 'bottom');
  assert.not('cause' in error.cause.cause);
  const circular = new Error('circular') as Error & { cause?: unknown; self?: unknown };
  circular.cause = circular;
  circular.self = circular;
  const back = await rejected(circular);
  assert.is(back.cause, back);
  assert.is(back.self, back);
  for (const cause of [undefined, null, 0, '', 'text', { code: 1 }]) {
    const held = await rejected(new Error('odd cause', { cause }));
    assert.ok('cause' in held);
    assert.equal(held.cause, cause);
  }
});

test('an AggregateError arrives with all its errors', async () => {
  const error = await rejected(
    new AggregateError([new TypeError('one'), 'two', new AggregateError([new RangeError('deep')])], 'several'),
  );
  assert.ok(error instanceof AggregateError);
  assert.is(error.message, 'several');
  assert.is(error.errors.length, 3);
  assert.ok(error.errors[0] instanceof TypeError);
  assert.is(error.errors[1], 'two');
  assert.ok(error.errors[2].errors[0] instanceof RangeError);
});

test('a DOMException arrives as one', async () => {
  const error = await rejected(new DOMException('stopped', 'AbortError'));
  assert.ok(error instanceof DOMException);
  assert.equal([error.name, error.message, error.code], ['AbortError', 'stopped', DOMException.ABORT_ERR]);
});

test('an error of a class unknown here is a RemoteError that names it', async () => {
  class PaymentError extends Error {
    amount = 5;
    override name = 'PaymentError';
  }
  const error = await rejected(new PaymentError('declined'));
  assert.instance(error, RemoteError);
  assert.is(error.remoteName, 'PaymentError');
  assert.is(error.message, 'declined');
  assert.is(error.amount, 5);
  class SubRange extends RangeError {}
  const sub = await rejected(new SubRange('sub'));
  assert.is(sub.remoteName, 'SubRange');
  assert.ok(sub instanceof Error);
});

test('an error of a registered class arrives as that class', async () => {
  class Registered extends Error {
    constructor(message: string, level: number) {
      super(message);
      this.level = level;
    }
    readonly level: number;
  }
  defineType('errors.test/Registered', Registered, {
    encode: ({ message, level }) => [message, level],
    decode: (data: [string, number]) => new Registered(...data),
  });
  const error = await rejected(new Registered('known', 3));
  assert.ok(error instanceof Registered);
  assert.equal([error.message, error.level], ['known', 3]);
});

for (const thrown of [
  undefined,
  null,
  0,
  -0,
  '',
  'text',
  false,
  true,
  NaN,
  5n,
  { status: 404 },
  [1, 2],
  new Map([['a', 1]]),
  new Date(4),
]) {
  test(`a thrown ${Object.prototype.toString.call(thrown)} ${String(JSON.stringify(typeof thrown === 'bigint' ? 'n' : thrown))} arrives as it is`, async () => {
    const error = await rejected(thrown);
    if (typeof thrown === 'object' && thrown !== null) assert.equal(error, thrown);
    else assert.ok(Object.is(error, thrown));
  });
}

test('a thrown function or instance arrives as a remote', async () => {
  assert.ok(isRemote(await rejected(() => 1)));
  assert.ok(isRemote(await rejected(new (class Mine {})())));
});

test('a thrown symbol says that it cannot cross', async () => {
  const error = await rejected(Symbol('thrown'));
  assert.is(error.code, 'ERR_UNSERIALIZABLE');
  assert.match(error.message, /Symbol\(thrown\)/);
  assert.is(error.executed, 'yes');
});

test('errors that are returned, passed or kept in values stay values', async () => {
  const thrower = new Thrower();
  const { any: remote, close } = await pair(thrower);
  const passed = await remote.take(new RangeError('a value'));
  assert.ok(passed instanceof RangeError);
  assert.ok(thrower.thrown instanceof RangeError);
  const nested = await remote.take({ errors: [new TypeError('nested')], map: new Map([['e', new Error('in a map')]]) });
  assert.ok(nested.errors[0] instanceof TypeError);
  assert.is(nested.map.get('e').message, 'in a map');
  assert.is(await remote.give().errors[0].message, 'nested');
  await close();
});

test('what hangs on an error and cannot cross is replaced by a text, and the error arrives', async () => {
  const error = await rejected(
    Object.assign(new Error('with baggage'), {
      socket: new WeakMap(),
      fine: 1,
      fn: () => 1,
      symbol: Symbol('s'),
      nested: { deep: new WeakSet() },
    }),
  );
  assert.is(error.message, 'with baggage');
  assert.is(error.fine, 1);
  assert.match(error.socket, /could not cross/);
  assert.match(error.nested, /could not cross/);
  assert.is(error.fn, undefined);
});

test('getters, toJSON and other code on an error do not run', async () => {
  let ran = 0;
  const run = (): never => {
    ran++;
    throw new Error('hostile');
  };
  const hostile = new Error('innocent');
  for (const name of ['code', 'detail', 'cause'])
    Object.defineProperty(hostile, name, { get: run, enumerable: true, configurable: true });
  Object.assign(hostile, { toJSON: run, then: run, toString: run });
  const error = await rejected(hostile);
  assert.is(error.message, 'innocent');
  assert.is(ran, 0);
  assert.not(Object.hasOwn(error, 'then'));
  assert.not(Object.hasOwn(error, 'toJSON'));
});

test('an error whose message throws, or that is a hostile proxy, is still an answer', async () => {
  const throwing = Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('no message for you');
    },
  });
  assert.ok((await rejected(throwing)) instanceof Error);
  const { any: remote, close } = await pair({
    throw: () => {
      throw new Proxy(new Error('behind a proxy'), {
        get: fails,
        getOwnPropertyDescriptor: fails,
        getPrototypeOf: fails,
        ownKeys: fails,
        has: fails,
      });
    },
    next: () => 'alive',
  });
  function fails(): never {
    throw new Error('trap');
  }
  await assert.rejects(() => remote.throw());
  assert.is(await remote.next(), 'alive', 'the connection lives on');
  await close();
});

test('own members named like those of prototypes are left out', async () => {
  const error = await rejected(
    Object.defineProperty(Object.assign(new Error('m'), { constructor: 2 }), '__proto__', {
      value: { polluted: 1 },
      enumerable: true,
    }),
  );
  assert.is(error.constructor, Error);
  assert.is(error.polluted, undefined);
});

test('a getter or setter that throws fails the reading or the assignment', async () => {
  const thrower = new Thrower();
  thrower.thrown = new RangeError('from an accessor');
  const { any: remote, connection, close } = await pair(thrower);
  await assert.rejects(
    () => remote.getter,
    (error: Error) => error instanceof RangeError,
  );
  remote.setter = 1;
  await assert.rejects(() => connection.flush(), 'from an accessor');
  await close();
});

test('an error of an iteration arrives with class and message after the items', async () => {
  const thrower = new Thrower();
  thrower.thrown = new RangeError('after one');
  const { any: remote, close } = await pair(thrower);
  const seen: unknown[] = [];
  const error = await assert.rejects(async () => {
    for await (const item of remote.items()) seen.push(item);
  }, RangeError);
  assert.is((error as Error).message, 'after one');
  assert.equal(seen, [1]);
  await close();
});

test('an error of a callback crosses twice and comes back with its class', async () => {
  const { any: remote, close } = await pair({ run: async (callback: () => unknown) => await callback() });
  const error = (await assert.rejects(
    () =>
      remote.run(() => {
        throw Object.assign(new RangeError('mine'), { code: 'E_MINE' });
      }),
    RangeError,
  )) as Untyped;
  assert.equal([error.message, error.code], ['mine', 'E_MINE']);
  await close();
});

test('the language’s own errors name the chain', async () => {
  const { any: remote, close } = await pair({ a: { b: null as unknown, n: 5 } });
  const cases: [() => unknown, RegExp][] = [
    [() => remote.a.b.c, /Cannot read properties of null \(reading 'c'\), at \(\?\.a\.b\)/],
    [() => remote.a.x.y, /Cannot read properties of undefined \(reading 'y'\)/],
    [() => remote.a.n(), /\(\?\.a\.n\) is not a function/],
    [() => remote.a.missing(1), /\(\?\.a\.missing\) is not a function/],
    [() => new remote.a.n(), /is not a constructor/],
  ];
  for (const [act, text] of cases) {
    const error = await assert.rejects(act as () => unknown, TypeError);
    assert.match((error as Error).message, text);
  }
  await close();
});

test('every error of ours says whether the call was executed', async () => {
  const hold = gate();
  let ran = 0;
  const target = { ok: () => ++ran, wait: () => (ran++, hold.opened), object: new (class Mine {})() };
  const { any: remote, connection, transports, close } = await pair(target);
  const of = async (act: () => unknown): Promise<string> => {
    const error = (await assert.rejects(act)) as RemoteObjectError;
    assert.ok(error instanceof RemoteObjectError, String(error));
    assert.ok(error.message.length > 10);
    return `${error.code} ${error.executed}`;
  };
  assert.is(await of(() => remote.constructor), 'ERR_ACCESS_DENIED no');
  assert.is(await of(() => remote.ok(Symbol('s'))), 'ERR_UNSERIALIZABLE no');
  const object = await remote.object;
  object[Symbol.dispose]();
  assert.is(await of(() => object.x), 'ERR_STALE_REFERENCE no');
  assert.is(await of(() => get(remote.wait(), { timeout: 20 })), 'ERR_TIMEOUT unknown');
  const before = ran;
  const pending = of(() => remote.wait());
  await turn();
  assert.is(ran, before + 1);
  const closing = transports[1].close(new Error('cut'));
  assert.is(await pending, 'ERR_CONNECTION_CLOSED unknown');
  await closing;
  assert.is(await of(() => remote.ok()), 'ERR_CONNECTION_CLOSED no');
  assert.is(connection.listening, false);
  hold.open();
  await close();
});

test('errors of ours keep their class on the way', async () => {
  for (const error of [
    new NotListeningError('a'),
    new StaleReferenceError('b', { executed: 'yes' }),
    new TimeoutError('c', { executed: 'no' }),
    new AccessDeniedError('d'),
  ]) {
    const arrived = await rejected(error);
    assert.is(arrived.constructor, error.constructor);
    assert.equal([arrived.message, arrived.code, arrived.executed], [error.message, error.code, error.executed]);
  }
});

test('a signal’s reason is what a cancelled call rejects with, whatever it is', async () => {
  const { any: remote, close } = await pair({ wait: () => new Promise(() => {}) });
  for (const reason of [new RangeError('enough'), 'text', 0, { why: 'object' }]) {
    const controller = new AbortController();
    const call = withOptions(remote.wait, { signal: controller.signal })();
    const settled = Promise.allSettled([call]);
    await turn();
    controller.abort(reason);
    assert.is(((await settled)[0] as PromiseRejectedResult).reason, reason);
  }
  await connectionOf(remote).close({ pending: 'refuse' });
  await close();
});

test('a stranger is told name, message and code, nothing else', async () => {
  const [a, b] = memoryPair();
  const target = {
    fail: () => {
      throw Object.assign(new RangeError('public text', { cause: new Error('secret cause') }), {
        code: 'E_PUBLIC',
        secret: 'password',
      });
    },
    odd: () => {
      throw { secret: 'object' };
    },
  };
  expose(target, b, { policy: 'exposed', members: [] });
  const remote: Untyped = connect(a);
  const error: Untyped = await assert.rejects(() => remote.fail());
  const warned = once(process, 'warning') as Promise<[Error & { code?: string }]>;
  const odd: Untyped = await assert.rejects(() => remote.odd());
  assert.instance(error, RangeError);
  assert.equal(
    [error.message, error.code, error.secret, error.cause],
    ['public text', 'E_PUBLIC', undefined, undefined],
  );
  assert.not(String(error.stack).includes('Object.fail'), error.stack);
  assert.match(odd.message, /^Internal error [0-9a-f]{8}$/);
  const [warning] = await warned;
  assert.is(warning.code, 'ERR_INTERNAL');
  assert.is(warning.message, `${odd.message}: a call of a stranger threw { secret: 'object' }, which is no Error`);
  await connectionOf(remote).close();
});
