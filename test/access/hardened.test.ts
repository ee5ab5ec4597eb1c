import { attrs, connect, connectionOf, expose, passTo } from '@remoteobj/core';
import { getMember, hasMember, iteratorOf, policyOf, setMember } from '@remoteobj/core/internal';
import { memoryPair } from '@remoteobj/transport';
import { assert, test } from '../support/suite.js';
import { denied, exposed, text, thrown, trusted } from './asking.js';

/** Runs `action` while a method of the language is replaced. */
function patched(owner: object, key: PropertyKey, value: unknown, action: () => void): void {
  const before = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
  let calls = 0;
  const replacement = (): unknown => (calls++, value);
  Object.defineProperty(owner, key, { ...before, value: replacement });
  try {
    action();
  } finally {
    Object.defineProperty(owner, key, before);
  }
  assert.is(calls, 0, `${String(key)} was called`);
}

test('replacing methods of the language later changes nothing of the rule', () => {
  class Listed {
    open = 1;
    shut = 2;
  }
  const listed = policyOf({ members: [[Listed, ['open']]] }, 'exposed');
  const attempts: readonly (readonly [object, PropertyKey, unknown])[] = [
    [Set.prototype, 'has', false],
    [Map.prototype, 'get', undefined],
    [Map.prototype, 'has', true],
    [WeakSet.prototype, 'has', false],
    [Object, 'getOwnPropertyDescriptor', undefined],
    [Object, 'getPrototypeOf', null],
    [Object, 'hasOwn', true],
    [Object, 'keys', ['constructor']],
    [Reflect, 'apply', 1],
    [Reflect, 'defineProperty', true],
    [Array, 'isArray', true],
    [Array.prototype, 'includes', true],
    [Array.prototype, 'some', false],
    [Array.prototype, Symbol.iterator, undefined],
    [String.prototype, 'isWellFormed', true],
    [String.prototype, 'charCodeAt', 0],
    [String.prototype, 'endsWith', false],
    [Function.prototype, 'call', undefined],
    [Function.prototype, 'toString', ''],
    [Map.prototype, 'set', undefined],
  ];
  for (const [owner, key, value] of attempts) {
    const seen: unknown[] = [];
    const map = new Map([[1, 1]]);
    patched(owner, key, value, () => {
      const ask = (holder: unknown, name: string, policy = trusted): void => {
        try {
          seen[seen.length] = getMember(holder, name, policy, text);
        } catch (error) {
          seen[seen.length] = (error as Error).name;
        }
      };
      ask({}, 'constructor');
      ask({ _x: 1 }, '_x');
      ask({}, '\ud800');
      ask(new Listed(), 'shut', listed);
      ask(new Listed(), 'open', listed);
      ask(map, 'size');
      seen[seen.length] = hasMember({}, 'toString', trusted, text);
      seen[seen.length] = typeof iteratorOf([1], exposed, text).iterator;
    });
    const refused = 'AccessDeniedError';
    assert.equal(seen, [refused, refused, 'ProtocolError', refused, 1, 1, false, 'object'], `${String(key)}`);
  }
});

test('a trap that asks the rule about something else does not change the answer', () => {
  const other = { z: 'other' };
  const traps: ProxyHandler<object> = {
    getPrototypeOf(target) {
      getMember(other, 'z', trusted, text);
      return Reflect.getPrototypeOf(target);
    },
    getOwnPropertyDescriptor(target, key) {
      getMember(other, 'z', trusted, text);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  };
  const proxy = new Proxy({ mine: 'mine' }, traps);
  for (const policy of [trusted, exposed]) {
    assert.is(getMember(proxy, 'mine', policy, text), 'mine');
    assert.is(hasMember(proxy, 'z', policy, text), false);
    setMember(proxy, 'mine', 'mine', policy, text);
  }
  assert.equal(other, { z: 'other' });
});

test('proxies that were revoked, and prototypes without end, are errors or nothing, never a hang', () => {
  const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
  revoke();
  assert.instance(
    thrown(() => getMember(proxy, 'a', trusted, text)),
    TypeError,
  );
  const endless: object = new Proxy({}, { getPrototypeOf: () => endless });
  assert.is(getMember(endless, 'a', trusted, text), undefined);
  denied(() => getMember(endless, 'a', exposed, text), 'a');
});

test('odd holders give nothing away', () => {
  // oxlint-disable-next-line typescript/no-implied-eval -- only sloppy code has a callee
  const args = new Function('return arguments')(1) as object;
  denied(() => getMember(args, 'callee', trusted, text), 'callee');
  assert.is(getMember(args, '0', trusted, text), 1);
  for (const holder of [
    Symbol('s'),
    new WeakMap(),
    new WeakRef({}),
    Promise.resolve(),
    new Proxy(() => {}, {}),
    Object(1n),
    (function* () {})(),
  ]) {
    for (const name of ['get', 'deref', 'valueOf', 'description', 'next', 'return', 'toString', 'catch', 'finally']) {
      assert.is(hasMember(Object(holder), name, trusted, text), false, `${name} of ${typeof holder}`);
    }
  }
  denied(() => getMember(Array.prototype, 'push', exposed, text), 'push');
  assert.is(getMember(Array.prototype, 'push', trusted, text), undefined);
});

test('classes of the platform are closed, except to those who extend them for events', () => {
  class Bus extends EventTarget {
    ring(): string {
      return 'rung';
    }
  }
  for (const holder of [
    new URL('http://localhost'),
    new AbortController().signal,
    new TextDecoder(),
    new Blob([]),
    new URLSearchParams('a=1'),
  ]) {
    for (const name of ['href', 'searchParams', 'aborted', 'decode', 'encoding', 'size', 'slice', 'get', 'values']) {
      assert.is(hasMember(holder, name, trusted, text), false, `${name} of ${holder.constructor.name}`);
    }
  }
  assert.is((getMember(new Bus(), 'ring', trusted, text) as () => string)(), 'rung');
  assert.is(getMember(new Bus(), 'addEventListener', trusted, text), EventTarget.prototype.addEventListener);
  denied(() => getMember(new Bus(), 'addEventListener', exposed, text), 'addEventListener');
});

test('a class that a program puts into its globals is its own, whatever its name', () => {
  class URL {
    href(): string {
      return 'mine';
    }
  }
  class Own {
    method(): string {
      return 'mine';
    }
  }
  Object.assign(globalThis, { Own });
  try {
    assert.is((getMember(new URL(), 'href', trusted, text) as () => string)(), 'mine');
    assert.is((getMember(new Own(), 'method', trusted, text) as () => string)(), 'mine');
  } finally {
    Reflect.deleteProperty(globalThis, 'Own');
  }
});

test('a promise in the middle of a chain hands on nothing that is refused', async () => {
  const [a, b] = memoryPair();
  expose({ later: Promise.resolve(process), make: async () => Reflect, direct: () => process }, a, {
    policy: 'trusted',
  });
  const remote = connect<{ later: Promise<object>; make(): Promise<object>; direct(): object }>(b);
  const refusal = /gives away the whole process/;
  const made = remote.make() as object;
  await assert.rejects(async () => await attrs(remote, 'later.pid'), refusal);
  await assert.rejects(async () => await attrs(made, 'ownKeys'), refusal);
  await assert.rejects(async () => await made, refusal);
  await assert.rejects(async () => await attrs(remote.direct() as object, 'pid'), refusal);
  await connectionOf(remote)
    .close()
    .catch(() => {});
});

test('pure built-ins are passed by identity, and take no function of the caller', async () => {
  const [a, b] = memoryPair();
  expose({ object: { b: 2, a: 1 }, list: '[1]' }, a, { policy: 'trusted' });
  const remote = connect<{ object: object; list: string }>(b);
  assert.equal(await passTo(remote.object as never, Object.keys), ['b', 'a']);
  assert.is(await passTo(remote.object as never, JSON.stringify), '{"b":2,"a":1}');
  assert.equal(await passTo(remote.list as never, JSON.parse as never), [1]);
  assert.equal(await passTo(remote.list as never, Array.from as never), ['[', '1', ']']);
  await assert.rejects(
    passTo(remote.object as never, JSON.stringify as never, ...([() => 1] as never[])),
    /a callback of the caller/,
  );
  await assert.rejects(passTo(remote.object as never, Object.assign as never, ...([{}] as never[])));
  await connectionOf(remote)
    .close()
    .catch(() => {});
});
