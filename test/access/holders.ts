/** Kinds of objects whose members a peer might try; each fresh, because some operations change them. */
import vm from 'node:vm';
import * as namespace from './sample-module.js';

class Plain {
  field = 1;
  method(): string {
    return 'method';
  }
  get accessor(): string {
    return 'accessor';
  }
  static fixed = 2;
  static make(): Plain {
    return new Plain();
  }
}

class OwnMap extends Map<unknown, unknown> {
  extra(): number {
    return this.size;
  }
}

/** One for all: to make a realm takes milliseconds. */
const realm = vm.createContext();

/** Every kind, by name. */
export const holders: Readonly<Record<string, () => unknown>> = {
  'plain object': () => ({ own: 1 }),
  'object without prototype': () => Object.assign(Object.create(null) as object, { own: 1 }),
  array: () => [1, 2],
  Map: () => new Map([['k', 1]]),
  'subclass of Map': () => new OwnMap([['k', 1]]),
  Set: () => new Set([1]),
  Date: () => new Date(0),
  RegExp: () => /x/g,
  Error: () => new RangeError('no'),
  Uint8Array: () => new Uint8Array([1, 2]),
  Buffer: () => Buffer.from([1, 2]),
  ArrayBuffer: () => new ArrayBuffer(4),
  DataView: () => new DataView(new ArrayBuffer(4)),
  Promise: () => Promise.resolve(1),
  WeakMap: () => new WeakMap(),
  function: () => function named(): void {},
  class: () => Plain,
  instance: () => new Plain(),
  'prototype of a class': () => Plain.prototype,
  generator: () => (function* (): Generator<number> {})(),
  'async generator': () => (async function* (): AsyncGenerator<number> {})(),
  module: () => namespace,
  string: () => 'text',
  number: () => 1.5,
  bigint: () => 10n,
  boolean: () => true,
  symbol: () => Symbol('s'),
  'boxed string': () => new String('text'),
  'frozen object': () => Object.freeze({ own: 1 }),
  'object with an accessor': () => ({
    get own() {
      return 1;
    },
  }),
  'arguments of a sloppy function': () => vm.runInThisContext('(function () { return arguments; })(1)') as unknown,
  'Map of another realm': () => vm.runInContext('new Map([["k", 1]])', realm) as unknown,
  'Uint8Array of another realm': () => vm.runInContext('new Uint8Array(2)', realm) as unknown,
  'instance of another realm': () => vm.runInContext('new (class { field = 1; method() {} })()', realm) as unknown,
  'function of another realm': () => vm.runInContext('(function named() {})', realm) as unknown,
  DOMException: () => new DOMException('no', 'AbortError'),
  URL: () => new URL('http://localhost'),
  'subclass of EventTarget': () => new (class extends EventTarget {})(),
  'Proxy of an instance': () => new Proxy(new Plain(), {}),
  'Object.prototype': () => Object.prototype,
  'Array.prototype': () => Array.prototype,
};
