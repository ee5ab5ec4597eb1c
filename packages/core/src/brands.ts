import { isError } from '@remoteobj/except/internal';
import { apply, getOwnPropertyDescriptor, getPrototypeOf, isArray, isView } from './intrinsics.js';

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

type Brand = ReadonlyMap<string, BrandMember>;

/** The members that an object or primitive offers by its built-in kind; undefined: it is of none. */
export function brandOf(holder: unknown): Brand | undefined {
  switch (typeof holder) {
    case 'string':
      return strings;
    case 'number':
      return numbers;
    case 'bigint':
      return bigints;
    case 'boolean':
      return booleans;
    case 'object':
      return holder === null ? undefined : objectBrand(holder);
    default:
      return undefined;
  }
}

function objectBrand(holder: object): Brand | undefined {
  if (isArray(holder)) return arrays;
  if (isView(holder)) return apply(typeTag, holder, []) === undefined ? dataViews : typedArrays;
  if (isError(holder)) return errors;
  for (const [probe, brand] of probes) if (answers(probe, holder)) return brand;
  return undefined;
}

/** Internal slots are recognised by the intrinsic that needs them, never by instanceof. */
function answers(probe: Intrinsic, holder: object): boolean {
  try {
    apply(probe, holder, []);
    return true;
  } catch {
    return false;
  }
}

type Intrinsic = (...args: unknown[]) => unknown;

const typedPrototype = getPrototypeOf(Uint8Array.prototype) as object;
const typeTag = getterOf(typedPrototype, Symbol.toStringTag);

const arrays = brand(Array.prototype, {
  methods: 'at concat includes indexOf lastIndexOf join slice splice push pop shift unshift reverse fill flat keys values entries toReversed toSpliced with',
  functions: 'every filter find findIndex findLast findLastIndex flatMap forEach map reduce reduceRight some sort toSorted',
  exposed: false,
});
const maps = brand(Map.prototype, { methods: 'get has set delete clear keys values entries', getters: 'size' });
const sets = brand(Set.prototype, { methods: 'has add delete clear keys values entries', getters: 'size' });
const strings = brand(String.prototype, {
  methods:
    'at charAt charCodeAt codePointAt concat endsWith includes indexOf isWellFormed lastIndexOf localeCompare match normalize search slice split startsWith substring toLocaleLowerCase toLocaleUpperCase toLowerCase toString toUpperCase toWellFormed trim trimEnd trimStart valueOf',
});
const numbers = brand(Number.prototype, { methods: 'toExponential toFixed toLocaleString toPrecision toString valueOf' });
const bigints = brand(BigInt.prototype, { methods: 'toLocaleString toString valueOf' });
const booleans = brand(Boolean.prototype, { methods: 'toString valueOf' });
const dates = new Map([
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
const typedArrays = brand(typedPrototype, { methods: 'at slice subarray includes indexOf fill set', getters: 'length byteLength' });
const buffers = brand(ArrayBuffer.prototype, { methods: 'slice', getters: 'byteLength' });
const dataViews = brand(DataView.prototype, {
  methods:
    'getBigInt64 getBigUint64 getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setBigInt64 setBigUint64 setFloat32 setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8',
  getters: 'byteLength',
});
const errors: Brand = new Map([
  ['name', constant((holder) => inheritedText(holder, 'name'))],
  ['message', constant((holder) => inheritedText(holder, 'message'))],
]);
const regexps = new Map([
  ...brand(RegExp.prototype, { methods: '', getters: 'source flags' }),
  ...brand(RegExp.prototype, { methods: 'test exec', exposed: false }),
]);

const probes: readonly (readonly [Intrinsic, Brand])[] = [
  [getterOf(Map.prototype, 'size'), maps],
  [getterOf(Set.prototype, 'size'), sets],
  [Date.prototype.getTime as Intrinsic, dates],
  [getterOf(ArrayBuffer.prototype, 'byteLength'), buffers],
  [RegExp.prototype.toString === undefined ? (): never => { throw new TypeError(); } : regexpProbe, regexps],
];

/** `source` answers for RegExp.prototype itself, too, which is no regular expression; `exec` does not. */
function regexpProbe(this: unknown): unknown {
  if (this === RegExp.prototype) throw new TypeError('the prototype of regular expressions is none');
  return apply(getterOf(RegExp.prototype, 'source'), this, []);
}

function brand(prototype: object, names: { methods: string; getters?: string; functions?: string; exposed?: boolean }): Map<string, BrandMember> {
  const { methods, getters = '', functions = '', exposed = true } = names;
  const members = new Map<string, BrandMember>();
  const words = (text: string): string[] => text.split(' ').filter(Boolean);
  for (const name of words(getters)) members.set(name, { kind: 'getter', fn: getterOf(prototype, name), exposed, takesFunction: false });
  for (const [list, takesFunction] of [[methods, false], [functions, true]] as const) {
    for (const name of words(list)) {
      const fn: unknown = getOwnPropertyDescriptor(prototype, name)?.value;
      if (typeof fn === 'function') members.set(name, { kind: 'method', fn: fn as Intrinsic, exposed, takesFunction });
    }
  }
  return members;
}

function getterOf(prototype: object, name: PropertyKey): Intrinsic {
  return getOwnPropertyDescriptor(prototype, name)?.get as Intrinsic;
}

function constant(read: (holder: unknown) => unknown): BrandMember {
  return {
    kind: 'getter',
    fn(this: unknown) {
      return read(this);
    },
    exposed: true,
    takesFunction: false,
  };
}

/** A text found along the chain without running an accessor: the name of an error stands on its class's prototype. */
function inheritedText(holder: unknown, key: string): unknown {
  for (let object = holder as object | null; object !== null; object = getPrototypeOf(object) as object | null) {
    const descriptor = getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined) return typeof descriptor.value === 'string' ? descriptor.value : undefined;
  }
  return undefined;
}

/** Methods that take a function, by the captured intrinsic itself. */
export const functionTakers: ReadonlySet<unknown> = new Set([...arrays.values()].filter((member) => member.takesFunction).map((member) => member.fn));
