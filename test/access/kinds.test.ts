import { inspect } from 'node:util';
import vm from 'node:vm';
import { exposedMembers } from '@remoteobj/core';
import {
  callFunction,
  disposerOf,
  getMember,
  hasMember,
  iteratorOf,
  lengthOf,
  listKeys,
} from '@remoteobj/core/internal';
import { AccessDeniedError } from '@remoteobj/except';
import { assert, test } from '../support/suite.js';
import { denied, exposed, nobody, text, thrown, trusted } from './asking.js';

const call = (holder: unknown, key: string, ...args: unknown[]): unknown =>
  callFunction(getMember(holder, key, trusted, text), holder, args, text, nobody);

test('built-in kinds answer with the methods of the language', () => {
  const array = [3, 1];
  assert.is(call(array, 'push', 2), 3);
  assert.equal(call(array, 'toSorted'), [1, 2, 3]);
  assert.is(call(new Map([['k', 1]]), 'get', 'k'), 1);
  assert.is(call('text', 'toUpperCase'), 'TEXT');
  assert.is(call(15, 'toString', 16), 'f');
  assert.is(call(10n, 'toString'), '10');
  assert.is(call(new Date(0), 'toISOString'), '1970-01-01T00:00:00.000Z');
  assert.equal(call(Buffer.from([1, 2, 3]), 'subarray', 1), Buffer.from([2, 3]));
  assert.is(getMember(new Set([1]), 'size', exposed, text), 1);
  assert.is(getMember('text', 'length', exposed, text), 4);
});

test("a subclass's own method wins over the kind's, and the kind's is its super", () => {
  class Counted extends Map<string, number> {
    override get(key: string): number {
      return (super.get(key) ?? 0) + 100;
    }
  }
  const counted = new Counted([['k', 1]]);
  assert.is(call(counted, 'get', 'k'), 101);
  assert.is(callFunction(getMember(counted, 'get', trusted, text, 1), counted, ['k'], text, nobody), 1);
  denied(() => getMember(counted, 'get', exposed, text), 'get');
});

test('a kind is told by its internal slots: what only inherits from it offers nothing', () => {
  for (const prototype of [
    Map.prototype,
    Set.prototype,
    Date.prototype,
    ArrayBuffer.prototype,
    RegExp.prototype,
    Array.prototype,
    Uint8Array.prototype,
    Promise.prototype,
  ]) {
    const pretender = Object.create(prototype) as object;
    assert.equal(
      ['get', 'has', 'size', 'getTime', 'byteLength', 'source', 'push', 'length', 'slice'].filter((key) =>
        hasMember(pretender, key, trusted, text),
      ),
      [],
    );
  }
  const tagged = { [Symbol.toStringTag]: 'Map' };
  assert.is(hasMember(tagged, 'get', trusted, text), false);
});

test('errors give name, message, code, cause and errors; the stack only to friends', () => {
  class Named extends Error {
    code = 'E_NAMED';
    extra = 1;
    constructor() {
      super('no', { cause: 'why' });
      this.name = 'Named';
    }
  }
  for (const policy of [trusted, exposed]) {
    assert.equal(
      ['name', 'message', 'code', 'cause'].map((key) => getMember(new Named(), key, policy, text)),
      ['Named', 'no', 'E_NAMED', 'why'],
    );
    assert.equal(
      ['name', 'message'].map((key) => getMember(new RangeError('far'), key, policy, text)),
      ['RangeError', 'far'],
    );
    assert.equal(
      ['name', 'message'].map((key) => getMember(new DOMException('late', 'AbortError'), key, policy, text)),
      ['AbortError', 'late'],
    );
    assert.equal(getMember(new AggregateError([1]), 'errors', policy, text), [1]);
  }
  assert.match(getMember(new Named(), 'stack', trusted, text) as string, 'no');
  denied(() => getMember(new Named(), 'stack', exposed, text), 'stack');
  denied(() => getMember(new Named(), 'extra', exposed, text), 'extra');
});

test('methods that take a function take one of their own side, and tell why not one of the caller', () => {
  const foreign = (): void => {};
  const isForeign = (value: unknown): boolean => value === foreign;
  for (const fn of [[].map, [].forEach, [].reduce, [].sort, Array.from, JSON.stringify, JSON.parse] as unknown[]) {
    const error = thrown(() => callFunction(fn, [], ['[]', foreign], text, isForeign)) as Error;
    assert.instance(error, AccessDeniedError);
    assert.match(error.message, /\(\?\.at\): a callback of the caller would return a promise .*remoteModule\(url\)/);
  }
  assert.equal(callFunction([].map, [1], [(x: number) => x + 1], text, isForeign), [2]);
  denied(() => getMember([1], 'map', exposed, text), 'map');
});

test('objects of another realm are what they are here, and its prototypes are closed as well', () => {
  const there = vm.runInNewContext(
    '({ map: new Map([[1, 2]]), array: [1], bytes: new Uint8Array(2), error: new RangeError("far"), date: new Date(0), plain: { a: 1 }, mine: new (class Mine { field = 1; method() { return 2; } })(), fn() {} })',
  ) as Record<string, unknown>;
  for (const policy of [trusted, exposed]) {
    assert.is(getMember(there['map'], 'get', policy, text), Map.prototype.get);
    assert.is(getMember(there['date'], 'getTime', policy, text), Date.prototype.getTime);
    assert.is(getMember(there['error'], 'name', policy, text), 'RangeError');
    assert.is(getMember(there['bytes'], 'byteLength', policy, text), 2);
    assert.is(getMember(there['plain'], 'a', policy, text), 1);
    assert.is(hasMember(there['bytes'], 'buffer', policy, text), false);
    assert.is(hasMember(there['map'], 'forEach', policy, text), false);
    assert.is(hasMember(there['plain'], 'hasOwnProperty', policy, text), false);
    assert.is(hasMember(there['fn'], 'toString', policy, text), false);
  }
  assert.is(getMember(there['array'], 'push', trusted, text), Array.prototype.push);
  assert.is((getMember(there['mine'], 'method', trusted, text) as () => number)(), 2);
  denied(() => getMember(there['mine'], 'method', exposed, text), 'method');
});

test('length is length, size or byteLength, and an error where there is none', () => {
  for (const [holder, length] of [
    [[1, 2], 2],
    ['text', 4],
    [new Map([[1, 1]]), 1],
    [new Set(), 0],
    [new ArrayBuffer(3), 3],
    [Buffer.from('ab'), 2],
    [{ length: 9 }, 9],
  ] as const) {
    for (const policy of [trusted, exposed]) assert.is(lengthOf(holder, policy, text), length);
  }
  assert.is(
    (thrown(() => lengthOf({ length: 'long' }, trusted, text)) as Error).message,
    '(?.at) has no length, size or byteLength',
  );
  denied(() => lengthOf({}, exposed, text), 'length');
});

test('keys are own, enumerable and reachable', () => {
  const object = Object.assign(Object.create({ inherited: 1 }) as object, {
    a: 1,
    _b: 2,
    then: 3,
    '': 4,
    ['x'.repeat(300)]: 5,
    [Symbol('s')]: 6,
  });
  assert.equal(listKeys(object, trusted, text), ['a']);
  assert.equal(listKeys([7, 8], exposed, text), ['0', '1']);
  assert.equal(listKeys('ab', exposed, text), ['0', '1']);
});

test('iteration prefers the asynchronous protocol, and a method of a class over that of its kind', () => {
  class Both {
    *[Symbol.iterator](): Generator<number> {
      yield 1;
    }
    async *[Symbol.asyncIterator](): AsyncGenerator<number> {
      yield 2;
    }
  }
  class Doubled extends Array<number> {
    override *[Symbol.iterator](): Generator<number, undefined> {
      for (let i = 0; i < this.length; i++) yield 2 * (this[i] as number);
      return undefined;
    }
  }
  const accessor = {
    get [Symbol.iterator]() {
      return () => [5].values();
    },
  };
  assert.is(iteratorOf(new Both(), trusted, text).async, true);
  assert.equal([...drained(new Doubled(1, 2))], [2, 4]);
  assert.equal([...drained(accessor)], [5]);
  assert.equal([...drained('ab')], ['a', 'b']);
  for (const nothing of [{}, null, 7, { [Symbol.iterator]: 1 }])
    assert.is((thrown(() => iteratorOf(nothing, trusted, text)) as Error).message, '(?.at) is not iterable');
  assert.match(
    (thrown(() => iteratorOf({ [Symbol.iterator]: () => 7 }, trusted, text)) as Error).message,
    /iterator that is no object/,
  );
});

test('strangers iterate built-in kinds, generators and what lists its iterator', async () => {
  class Listed {
    static readonly [exposedMembers] = ['[Symbol.iterator]'];
    *[Symbol.iterator](): Generator<number> {
      yield 1;
    }
  }
  class Other extends Listed {
    static override readonly [exposedMembers] = ['@@asyncIterator'];
    async *[Symbol.asyncIterator](): AsyncGenerator<number> {
      yield 1;
    }
  }
  const stream = new ReadableStream();
  const generators = [(function* () {})(), (async function* () {})()];
  for (const value of [
    [1],
    new Map(),
    new Set(),
    'text',
    new Uint8Array(1),
    [1].values(),
    stream,
    new Listed(),
    new Other(),
    ...generators,
  ]) {
    assert.ok(iteratorOf(value, exposed, text).iterator, inspect(value));
  }
  class Unlisted {
    *[Symbol.iterator](): Generator<number> {
      yield 1;
    }
  }
  const inheriting = Object.assign(
    Object.create(Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object) as object,
    { next: () => ({ done: true }) },
  );
  for (const value of [new Unlisted(), inheriting, {}, null, new URLSearchParams()]) {
    assert.is(
      (thrown(() => iteratorOf(value, exposed, text)) as Error).message,
      '(?.at) cannot be iterated from outside',
    );
  }
});

test('disposal is found by descriptor, the asynchronous one first', () => {
  const seen: string[] = [];
  class Resource {
    [Symbol.dispose](): void {
      seen.push('sync');
    }
  }
  class Later extends Resource {
    async [Symbol.asyncDispose](): Promise<void> {
      seen.push('async');
    }
  }
  void disposerOf(new Resource())?.();
  void disposerOf(new Later())?.();
  assert.equal(seen, ['sync', 'async']);
  assert.is(disposerOf({ undefined: () => 1 }), undefined);
});

function drained(holder: unknown): Iterable<unknown> {
  const { iterator } = iteratorOf(holder, trusted, text);
  return { [Symbol.iterator]: () => iterator as Iterator<unknown> };
}
