import { deleteMember, policyOf, setMember } from '@remoteobj/core/internal';
import { assert, test } from '../support/suite.js';
import { denied, exposed, text, thrown, trusted } from './asking.js';
import * as namespace from './sample-module.js';

class Base {
  value = 1;
  #written: unknown[] = [];
  set written(value: unknown) {
    this.#written.push(value);
  }
  get written(): unknown {
    return this.#written;
  }
  get readable(): number {
    return 1;
  }
  method(): void {}
}
class Derived extends Base {}

const set = (holder: unknown, key: string, value: unknown, policy = trusted, up = 0): void =>
  setMember(holder, key, value, policy, text, up);
const remove = (holder: unknown, key: string, policy = trusted): boolean => deleteMember(holder, key, policy, text);
const message = (action: () => unknown): string => {
  const error = thrown(action) as Error;
  assert.instance(error, TypeError);
  return error.message;
};

test('assigning changes own data in place, adds what is missing, and goes through setters', () => {
  const object = Object.defineProperty(new Derived(), 'hidden', { value: 1, writable: true, enumerable: false });
  set(object, 'hidden', 2);
  assert.equal(Object.getOwnPropertyDescriptor(object, 'hidden'), {
    value: 2,
    writable: true,
    enumerable: false,
    configurable: false,
  });
  set(object, 'fresh', 3);
  assert.equal(Object.getOwnPropertyDescriptor(object, 'fresh'), {
    value: 3,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  set(object, 'written', 'a');
  set(object, 'written', 'b', trusted, 1);
  assert.equal(object.written, ['a', 'b']);
  set(object, 'value', 4, trusted, 1);
  assert.is(object.value, 4);
  set(object, 'method', 5); // shadows, as in JavaScript
  assert.is((object as { method: unknown }).method, 5);
  assert.type(Base.prototype.method, 'function');
});

test('what a strict assignment refuses is refused with the same words and the chain', () => {
  const inheritsReadOnly = Object.create(Object.freeze({ fixed: 1 })) as object;
  const readOnly = Object.create(Base.prototype, { x: { value: 1, configurable: true } }) as object;
  assert.is(
    message(() => set(Object.freeze({ x: 1 }), 'x', 2)),
    "Cannot assign to read only property 'x' of (?.at)",
  );
  assert.is(
    message(() => set(inheritsReadOnly, 'fixed', 2)),
    "Cannot assign to read only property 'fixed' of (?.at)",
  );
  assert.is(
    message(() => set(readOnly, 'x', 2, trusted, 1)),
    "Cannot assign to read only property 'x' of (?.at)",
  );
  assert.is(
    message(() => set(Object.seal({}), 'x', 2)),
    'Cannot add property x, (?.at) is not extensible',
  );
  assert.is(
    message(() => set(new Base(), 'readable', 2)),
    'Cannot set property readable of (?.at) which has only a getter',
  );
  assert.is(
    message(() => set(new Map(), 'size', 2)),
    'Cannot set property size of (?.at) which has only a getter',
  );
  assert.is(
    message(() => set(undefined, 'x', 2)),
    "Cannot set properties of undefined (setting 'x'), at (?.at)",
  );
  for (const primitive of ['text', 1, 1n, true, Symbol('s')])
    assert.match(
      message(() => set(primitive, 'x', 2)),
      /Cannot create property 'x'/,
    );
  assert.is(
    message(() => set(new Uint8Array(1), '1', 2)),
    "Cannot assign to '1' of (?.at)",
  );
});

test('arrays and typed arrays take indices, and a length as they would from anybody', () => {
  const array = [1, 2, 3];
  set(array, '3', 4);
  assert.equal(array, [1, 2, 3, 4]);
  set(array, 'length', 1);
  assert.equal(array, [1]);
  assert.instance(
    thrown(() => set(array, 'length', -1)),
    RangeError,
  );
  const bytes = Buffer.from([1]);
  set(bytes, '0', 258, exposed);
  assert.is(bytes[0], 2);
});

test('nobody changes a prototype, a function, a module or what belongs to the language', () => {
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;
  const targets = [
    Base.prototype,
    Base,
    (): void => {},
    namespace,
    Object.prototype,
    Array.prototype,
    Uint8Array.prototype,
    iterators,
    Math,
    JSON,
    console,
    Intl,
  ];
  for (const target of targets) {
    for (const policy of [trusted, exposed]) {
      denied(() => set(target, 'polluted', 1, policy), 'polluted');
      assert.not(Object.hasOwn(target, 'polluted'));
    }
  }
  denied(() => set(namespace, 'value', 1), 'value');
  denied(() => remove(namespace, 'value'), 'value');
  denied(() => remove(Base.prototype, 'method'), 'method');
  denied(() => remove(Math, 'max'), 'max');
  for (const name of ['toJSON', 'valueOf', 'toString', '__proto__', 'constructor', 'then', '_private']) {
    denied(() => set({ [`${name}`]: 1 }, name, 2), name);
  }
});

test('strangers write only own data that is there, and replace no function', () => {
  const object = {
    own: 1,
    method(): number {
      return 1;
    },
  };
  const listed = policyOf({ members: [[Base, ['written', 'value', 'method']]] }, 'exposed');
  set(object, 'own', 2, exposed);
  assert.is(object.own, 2);
  denied(() => set(object, 'fresh', 1, exposed), 'fresh');
  denied(() => set(object, 'method', 1, exposed), 'method');
  denied(() => remove(object, 'method', exposed), 'method');
  denied(() => set([1], '1', 2, exposed), '1');
  denied(() => set([1], 'push', 2, exposed), 'push');
  denied(() => set(new Base(), 'value', 1, exposed), 'value');
  const derived = new Derived();
  set(derived, 'value', 7, listed);
  set(derived, 'written', 8, listed);
  assert.equal([derived.value, derived.written], [7, [8]]);
  denied(() => set(derived, 'method', 1, listed), 'method');
  assert.ok(remove(object, 'own', exposed));
  assert.not('own' in object);
  denied(() => remove(object, 'own', exposed), 'own');
});

test('delete takes own and configurable members, and says so when it may not', () => {
  const object = { a: 1 };
  assert.is(remove(object, 'a'), true);
  assert.is(remove(object, 'a'), true);
  assert.equal(object, {});
  assert.is(remove(new Derived(), 'method'), true);
  assert.type(Base.prototype.method, 'function');
  assert.is(
    message(() => remove(Object.freeze({ a: 1 }), 'a')),
    "Cannot delete property 'a' of (?.at)",
  );
  assert.is(
    message(() => remove([1], 'length')),
    "Cannot delete property 'length' of (?.at)",
  );
  assert.is(
    message(() => remove('text', 'length')),
    "Cannot delete property 'length' of (?.at)",
  );
  assert.match(
    message(() => remove(null, 'x')),
    /Cannot convert undefined or null to object/,
  );
  assert.is(remove(7, 'x'), true);
});

test('who may know is told what to do about a member that belongs to everybody', () => {
  const refusal = (holder: unknown, policy = trusted): string =>
    (thrown(() => set(holder, 'x', 1, policy)) as Error).message;
  assert.match(refusal(namespace), 'is an export of a module: export a function that changes it');
  assert.match(refusal(Base), 'a member of a function');
  assert.match(refusal(Base.prototype), 'an object that all share');
  assert.is(refusal(namespace, exposed), "'x' of (?.at) cannot be reached from outside");
});
