import { exposedMembers } from '@remoteobj/core';
import {
  callFunction,
  constructObject,
  getMember,
  hasMember,
  isRefusedValue,
  lengthOf,
  listKeys,
  policyOf,
  refuseValues,
} from '@remoteobj/core/internal';
import { AccessDeniedError, ProtocolError } from '@remoteobj/except';
import { assert, test } from '../support/suite.js';
import { denied, exposed, nobody, text, thrown, trusted } from './asking.js';
import * as namespace from './sample-module.js';

class Parent {
  field = 1;
  _hidden = 2;
  readonly seen: unknown[] = [];
  method(): string {
    return 'method';
  }
  get accessor(): unknown {
    this.seen.push('accessor ran');
    return this;
  }
  static make(): string {
    return 'made';
  }
}

class Child extends Parent {
  override method(): string {
    return 'overridden';
  }
  static override make(): string {
    return 'made by the child';
  }
}

test('rule 1: a name is a well-formed string of 1 to 256 units, whoever asks', () => {
  for (const name of ['', 'x'.repeat(257), '\ud800', 'a\udc00b', 7, undefined, Symbol.iterator]) {
    for (const policy of [trusted, exposed]) {
      assert.instance(
        thrown(() => getMember({}, name as string, policy, text)),
        ProtocolError,
      );
      assert.instance(
        thrown(() => hasMember(null, name as string, policy, text)),
        ProtocolError,
      );
    }
  }
  assert.is(getMember({ ['x'.repeat(256)]: 1, '\ud83d\ude00': 2 }, 'x'.repeat(256), trusted, text), 1);
  assert.is(getMember({ '\ud83d\ude00': 2 }, '\ud83d\ude00', exposed, text), 2);
});

test('rule 2: hard denials hold even where the server lists them or the object owns them', () => {
  class Open {}
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    '__defineGetter__',
    '__defineSetter__',
    '__lookupGetter__',
    '__lookupSetter__',
    'then',
  ];
  const everything = policyOf({ privateNames: true, members: [[Open, [...names, 'call', 'bind']]] }, 'exposed');
  for (const name of names) {
    const owner = Object.defineProperty(new Open(), name, { value: 'own', enumerable: true });
    denied(() => getMember(owner, name, everything, text), name);
    denied(() => getMember(owner, name, policyOf({ privateNames: true }, 'trusted'), text), name);
    denied(() => getMember('text', name, trusted, text), name);
    assert.is(hasMember(owner, name, trusted, text), false);
  }
  for (const name of ['call', 'apply', 'bind', 'caller', 'callee', 'arguments']) {
    denied(() => getMember(Open, name, everything, text), name);
    denied(() => getMember(() => {}, name, trusted, text), name);
    assert.is(getMember({ [name]: 'a field like any other' }, name, trusted, text), 'a field like any other');
  }
});

test('rule 3: names with a leading underscore are private unless the server says otherwise', () => {
  denied(() => getMember(new Parent(), '_hidden', trusted, text), '_hidden');
  assert.is(getMember(new Parent(), '_hidden', policyOf({ privateNames: true }, 'trusted'), text), 2);
  denied(() => getMember({ _own: 1 }, '_own', exposed, text), '_own');
  assert.is(getMember({ _own: 1 }, '_own', policyOf({ privateNames: true }, 'exposed'), text), 1);
});

test("rule 4: null and undefined fail with JavaScript's own wording and the chain", () => {
  for (const policy of [trusted, exposed]) {
    for (const holder of [null, undefined]) {
      const error = thrown(() => getMember(holder, 'x', policy, text)) as Error;
      assert.instance(error, TypeError);
      assert.is(error.message, `Cannot read properties of ${holder} (reading 'x'), at (?.at)`);
      assert.match((thrown(() => lengthOf(holder, policy, text)) as Error).message, /Cannot read properties/);
      assert.match(
        (thrown(() => listKeys(holder, policy, text)) as Error).message,
        /Cannot convert undefined or null to object/,
      );
      denied(() => getMember(holder, '__proto__', policy, text), '__proto__');
    }
  }
});

test('rule 5: the first hit counts, 32 prototypes up at most, and never a prototype of the language', () => {
  assert.is((getMember(new Child(), 'method', trusted, text) as () => string)(), 'overridden');
  let object: object = { deep: 'found' };
  for (let i = 0; i < 32; i++) object = Object.create(object) as object;
  assert.is(getMember(object, 'deep', trusted, text), 'found');
  assert.is(getMember(Object.create(object), 'deep', trusted, text), undefined);
  for (const name of ['hasOwnProperty', 'isPrototypeOf', 'toString', 'valueOf']) {
    assert.is(getMember(new Parent(), name, trusted, text), undefined);
  }
  assert.is(
    getMember(() => {}, 'toString', trusted, text),
    undefined,
  );
});

test('rule 6: strangers reach own data of plain objects, arrays and exposed modules, and no more', () => {
  const rooted = policyOf({ roots: [namespace] }, 'exposed');
  assert.is(getMember({ a: 1 }, 'a', exposed, text), 1);
  assert.is(getMember(Object.assign(Object.create(null) as object, { a: 1 }), 'a', exposed, text), 1);
  assert.is(getMember([5], '0', exposed, text), 5);
  assert.is(getMember(namespace, 'value', rooted, text), 1);
  denied(() => getMember(namespace, 'value', exposed, text), 'value');
  denied(() => getMember(new Parent(), 'field', exposed, text), 'field');
  denied(() => getMember(Parent, 'make', exposed, text), 'make');
  denied(() => getMember(Parent.prototype, 'method', exposed, text), 'method');
  class Tagged extends Array<number> {
    secret = 1;
  }
  denied(() => getMember(new Tagged(), 'secret', exposed, text), 'secret');
  denied(() => getMember(Object.assign([1], { '01': 1, '4294967295': 1 }), '01', exposed, text), '01');
  denied(() => getMember(Object.create({ inherited: 1 }), 'inherited', exposed, text), 'inherited');
});

test('rule 7: what the server lists for a class is reachable, on its subclasses too', () => {
  class Marked {
    static readonly [exposedMembers] = ['open'];
    open(): number {
      return 1;
    }
    shut(): number {
      return 2;
    }
  }
  class Below extends Marked {
    static override readonly [exposedMembers] = ['more'];
    more(): number {
      return 3;
    }
  }
  const listed = policyOf(
    {
      members: [
        [Parent, ['method', 'make', 'accessor', 'field']],
        [Parent, ['seen']],
      ],
    },
    'exposed',
  );
  assert.is((getMember(new Child(), 'method', listed, text) as () => string)(), 'overridden');
  assert.is((getMember(Child, 'make', listed, text) as () => string)(), 'made by the child');
  assert.is(getMember(new Child(), 'field', listed, text), 1);
  assert.equal(getMember(new Child(), 'seen', listed, text), []);
  assert.type(getMember(new Below(), 'open', exposed, text), 'function');
  assert.type(getMember(new Below(), 'more', exposed, text), 'function');
  denied(() => getMember(new Marked(), 'shut', exposed, text), 'shut');
  denied(() => getMember(new Marked(), 'more', exposed, text), 'more');
  // Anybody can write a constructor into data; only a class's own prototype proves it.
  const forged = {
    constructor: Marked,
    get open() {
      return 'forged';
    },
  };
  denied(() => getMember(forged, 'open', exposed, text), 'open');
});

test('rule 8: an accessor runs with the holder as this, and never for has or keys', () => {
  const parent = new Parent();
  assert.is(hasMember(parent, 'accessor', trusted, text), true);
  const watched = Object.defineProperty({}, 'own', { enumerable: true, get: () => parent.seen.push('ran') });
  assert.equal(listKeys(watched, trusted, text), ['own']);
  assert.equal(listKeys(watched, exposed, text), []);
  denied(() => getMember(watched, 'own', exposed, text), 'own');
  denied(() => getMember(parent, 'accessor', exposed, text), 'accessor');
  assert.equal(parent.seen, []);
  assert.is(getMember(parent, 'accessor', trusted, text), parent);
  assert.is(getMember(parent, 'accessor', policyOf({ members: [[Parent, ['accessor']]] }, 'exposed'), text), parent);
  assert.is(parent.seen.length, 2);
  assert.is(getMember(Object.defineProperty({}, 'x', { set() {} }), 'x', trusted, text), undefined);
});

test('rule 10: what is missing is undefined to friends, and to strangers the same error as what is denied', () => {
  assert.is(getMember({}, 'nothing', trusted, text), undefined);
  assert.is(hasMember({}, 'nothing', trusted, text), false);
  const call = thrown(() => callFunction(undefined, {}, [], () => '(?.x.k)', nobody)) as Error;
  assert.instance(call, TypeError);
  assert.is(call.message, '(?.x.k) is not a function');
  const asked = (holder: unknown, key: string): unknown[] => {
    const error = thrown(() => getMember(holder, key, exposed, text)) as AccessDeniedError;
    return [error.constructor, error.code, error.executed, error.message.replace(`'${key}'`, 'it')];
  };
  const missing = asked({}, 'nothing');
  assert.is(missing[0], AccessDeniedError);
  assert.is(missing[1], 'ERR_ACCESS_DENIED');
  assert.is(missing[2], 'no');
  for (const [holder, key] of [
    [{}, '_x'],
    [{}, 'constructor'],
    [new Parent(), 'method'],
    [[], 'push'],
    ['text', 'match'],
    [namespace, 'value'],
    [Parent, 'call'],
    [7, 'at'],
  ] as const) {
    assert.equal(asked(holder, key), missing, key);
  }
});

test('rule 11: what gives away the process is refused by identity, to be called, constructed or passed on', () => {
  const powerful: unknown[] = [
    globalThis,
    Function,
    Object,
    Reflect,
    Proxy,
    process,
    WebAssembly,
    setTimeout,
    setInterval,
    setImmediate,
    queueMicrotask,
  ];
  powerful.push(
    // oxlint-disable-next-line no-eval -- what is refused
    eval,
    (async () => {}).constructor,
    function* () {}.constructor,
    async function* () {}.constructor,
    Function.prototype,
    Object.prototype,
  );
  for (const value of powerful) assert.ok(isRefusedValue(value), String((value as { name?: unknown }).name));
  for (const value of [undefined, null, 0, '', [], {}, Math, Parent, (): void => {}]) assert.not(isRefusedValue(value));
  denied(() => callFunction(Function, undefined, ['return 1'], text, nobody), 'call');
  denied(() => constructObject(Function, ['return 1'], trusted, text), 'new');
  const more = { more: true };
  refuseValues([more, 'text', undefined]);
  assert.ok(isRefusedValue(more));
  assert.not(isRefusedValue('text'));
});

test('only listed classes are constructed for strangers, and nothing that is no class for anybody', () => {
  const listed = policyOf({ members: [[Parent, ['method']]] }, 'exposed');
  assert.instance(constructObject(Parent, [], trusted, text), Parent);
  assert.instance(constructObject(Child, [], listed, text), Child);
  denied(() => constructObject(Parent, [], exposed, text), 'new');
  denied(() => constructObject(Map, [], listed, text), 'new');
  for (const value of [() => {}, Parent.prototype.method, 7, undefined, {}]) {
    assert.is(
      (thrown(() => constructObject(value, [], trusted, text)) as Error).message,
      '(?.at) is not a constructor',
    );
  }
  class Throws {
    constructor() {
      throw new TypeError('its own');
    }
  }
  assert.is((thrown(() => constructObject(Throws, [], trusted, text)) as Error).message, 'its own');
});

test('super is looked up above the class of an object, and above a class itself', () => {
  const child = new Child();
  assert.is((getMember(child, 'method', trusted, text, 1) as () => string)(), 'method');
  assert.is(getMember(child, 'method', trusted, text, 2), undefined);
  assert.is(getMember(child, 'field', trusted, text, 1), undefined);
  assert.is(getMember(child, 'accessor', trusted, text, 1), child);
  assert.is((getMember(Child, 'make', trusted, text, 1) as () => string)(), 'made');
  assert.is(getMember(new Map(), 'get', trusted, text, 1), undefined);
  assert.is(getMember('text', 'at', trusted, text, 1), undefined);
  denied(() => getMember(child, 'constructor', trusted, text, 1), 'constructor');
});

test('a policy that cannot be meant is refused when it is made', () => {
  const errors: readonly (readonly [object, RegExp])[] = [
    [{ policy: 'open' }, /'trusted' or 'exposed', not open/],
    [{ members: [['Parent', ['method']]] }, /list of \[Class/],
    [{ members: [[Parent, 'method']] }, /members of Parent must be a list of names, not one string/],
    [{ members: [[Parent, [Symbol.iterator]]] }, /members of Parent must be names, not a symbol/],
  ];
  for (const [options, message] of errors)
    assert.match((thrown(() => policyOf(options, 'trusted')) as Error).message, message);
});
