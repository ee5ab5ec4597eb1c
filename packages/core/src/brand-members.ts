import { apply, getOwnPropertyDescriptor, getPrototypeOf, SafeMap } from './intrinsics.js';

/** What objects of each built-in kind offer: rule 9 of the access rule as a table. */

/** One member that objects of a built-in kind offer: rule 9 of the access rule. */
export interface BrandMember {
  readonly kind: 'method' | 'getter';
  /** The captured intrinsic. */
  readonly fn: (...args: unknown[]) => unknown;
  /** Whether strangers reach it, too. */
  readonly exposed: boolean;
  /** Takes a function, which must be one of this side. */
  readonly takesFunction: boolean;
}

/** Members by name. */
export type Brand = ReadonlyMap<string, BrandMember>;

/** A function of the language, called with `this` given. */
export type Intrinsic = (...args: unknown[]) => unknown;

const typedPrototype = getPrototypeOf(Uint8Array.prototype) as object;

export const arrays: Brand = brand(Array.prototype, {
  methods:
    'at concat includes indexOf lastIndexOf join slice splice push pop shift unshift reverse fill flat keys values entries toReversed toSpliced with',
  functions:
    'every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some sort toSorted',
  exposed: false,
});
export const maps: Brand = brand(Map.prototype, {
  methods: 'get has set delete clear keys values entries',
  getters: 'size',
});
export const sets: Brand = brand(Set.prototype, {
  methods: 'has add delete clear keys values entries',
  getters: 'size',
});
export const strings: Brand = new SafeMap([
  ...brand(String.prototype, {
    methods:
      'at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf localeCompare normalize slice startsWith substring toLocaleLowerCase toLocaleUpperCase toLowerCase toString toUpperCase toWellFormed trim trimEnd trimStart valueOf',
  }),
  // These run a regular expression of the caller, as `test` and `exec` do.
  ...brand(String.prototype, { methods: 'match search split', exposed: false }),
]);
export const numbers: Brand = brand(Number.prototype, {
  methods: 'toExponential toFixed toLocaleString toPrecision toString valueOf',
});
export const bigints: Brand = brand(BigInt.prototype, { methods: 'toLocaleString toString valueOf' });
export const booleans: Brand = brand(Boolean.prototype, { methods: 'toString valueOf' });
export const dates: Brand = new SafeMap([
  ...brand(Date.prototype, {
    methods:
      'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds toISOString toJSON valueOf',
  }),
  ...brand(Date.prototype, {
    methods:
      'setDate setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate setUTCFullYear setUTCHours setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds',
    exposed: false,
  }),
]);
export const typedArrays: Brand = brand(typedPrototype, {
  methods: 'at slice subarray includes indexOf fill set',
  getters: 'length byteLength',
});
export const buffers: Brand = brand(ArrayBuffer.prototype, { methods: 'slice', getters: 'byteLength' });
export const dataViews: Brand = brand(DataView.prototype, {
  methods:
    'getBigInt64 getBigUint64 getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setBigInt64 setBigUint64 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8',
  getters: 'byteLength',
});
/** `DOMException` has accessors where other errors have texts. */
const domPrototype = (globalThis as { DOMException?: { prototype: object } }).DOMException?.prototype ?? {};
const domGetters: ReadonlyMap<unknown, Intrinsic> = new SafeMap(
  ['name', 'message'].map((name) => getterOf(domPrototype, name)).map((getter) => [getter, getter]),
);
export const errors: Brand = new SafeMap([
  ['name', errorText('name')],
  ['message', errorText('message')],
]);
export const regexps: Brand = new SafeMap([
  ...brand(RegExp.prototype, { methods: '', getters: 'source flags' }),
  ...brand(RegExp.prototype, { methods: 'test exec', exposed: false }),
]);

function brand(
  prototype: object,
  names: { methods: string; getters?: string; functions?: string; exposed?: boolean },
): Map<string, BrandMember> {
  const { methods, getters = '', functions = '', exposed = true } = names;
  const members = new SafeMap<string, BrandMember>();
  const words = (text: string): string[] => text.split(' ').filter(Boolean);
  for (const name of words(getters))
    members.set(name, { kind: 'getter', fn: getterOf(prototype, name), exposed, takesFunction: false });
  for (const [list, takesFunction] of [
    [methods, false],
    [functions, true],
  ] as const) {
    for (const name of words(list)) {
      const fn: unknown = getOwnPropertyDescriptor(prototype, name)?.value;
      if (typeof fn === 'function') members.set(name, { kind: 'method', fn: fn as Intrinsic, exposed, takesFunction });
    }
  }
  return members;
}

/** The getter of an accessor of the language. */
export function getterOf(prototype: object, name: PropertyKey): Intrinsic {
  return getOwnPropertyDescriptor(prototype, name)?.get as Intrinsic;
}

function errorText(key: string): BrandMember {
  return {
    kind: 'getter',
    fn(this: unknown) {
      return inheritedText(this, key);
    },
    exposed: true,
    takesFunction: false,
  };
}

/** A text found along the chain without running code of a class: the name of an error may stand on its class's prototype. */
function inheritedText(holder: unknown, key: string): unknown {
  for (let object = holder as object | null; object !== null; object = getPrototypeOf(object) as object | null) {
    const descriptor = getOwnPropertyDescriptor(object, key);
    if (descriptor === undefined) continue;
    const read = domGetters.get(descriptor.get);
    if (read !== undefined) return apply(read, holder, []);
    return typeof descriptor.value === 'string' ? descriptor.value : undefined;
  }
  return undefined;
}
