import vm from 'node:vm';
import { RemoteError, TimeoutError } from '@remoteobj/except';
import { isError } from '@remoteobj/except/internal';
import { assert, test } from '../support/suite.js';

test('errors of every kind and realm are errors', () => {
  class Derived extends RangeError {}
  function Legacy(this: Error): void {}
  Legacy.prototype = Object.create(Error.prototype);
  const errors: unknown[] = [
    new Error('a'),
    new Derived('b'),
    new AggregateError([]),
    new DOMException('c', 'AbortError'),
    new TimeoutError('d'),
    new RemoteError('e'),
    Object.freeze(new Error('f')),
    new (Legacy as unknown as new () => unknown)(),
    vm.runInNewContext('new TypeError("g")'),
    vm.runInNewContext('new (class Own extends Error {})("h")'),
  ];
  assert.equal(
    errors.map(isError),
    errors.map(() => true),
  );
});

test('what only looks like an error is none', () => {
  const tagged = { [Symbol.toStringTag]: 'Error', name: 'Error', message: 'm', stack: 's' };
  function Error(): void {}
  const named = new (Error as unknown as new () => object)();
  const bound = { constructor: Object.defineProperty(Error.bind(null), 'name', { value: 'Error' }) };
  const values: unknown[] = [
    tagged,
    named,
    bound,
    Object.create(bound),
    {},
    [],
    null,
    undefined,
    0,
    '',
    'Error',
    () => undefined,
    Object.create(null),
    Symbol('s'),
  ];
  assert.equal(
    values.map(isError),
    values.map(() => false),
  );
});

test('asking runs no code of the value and never throws', () => {
  let ran = 0;
  const count = (): never => {
    ran++;
    throw new Error('must not run');
  };
  const getters = Object.defineProperties(
    {},
    { constructor: { get: count }, stack: { get: count }, [Symbol.toStringTag]: { get: count } },
  );
  assert.is(isError(getters), false);
  assert.is(isError(Object.create(getters)), false);
  assert.is(ran, 0);
  assert.is(isError(new Proxy({}, { getPrototypeOf: count })), false);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.is(isError(proxy), false);
  const endless: object = new Proxy({}, { getPrototypeOf: () => new Proxy({}, { getPrototypeOf: () => endless }) });
  assert.is(isError(endless), false);
});
