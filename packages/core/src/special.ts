/**
 * What plain MessagePack cannot carry. A packed value is `[root, special, special, …]`; a `Slot(i)` anywhere in it stands for
 * special `i`, an array whose first entry is one of these kinds (PROTOCOL.md, "Specials"). User data can never look like one,
 * because a slot is an extension type of its own.
 */
export const Special = {
  /** [kind, map]: a plain object that is met more than once. */
  object: 0,
  /** [kind, array]: an array that is met more than once. */
  array: 1,
  /** [kind, map]: an object with a null prototype. */
  nullObject: 2,
  /** [kind, length, [index, value, …], map]: an array with holes or with members of its own. */
  sparse: 3,
  /** [kind, [key, value, …]] */
  map: 4,
  /** [kind, [value, …]] */
  set: 5,
  /** [kind, milliseconds] */
  date: 6,
  /** [kind, source, flags, lastIndex] */
  regexp: 7,
  /** [kind, href] */
  url: 8,
  /** [kind, decimal digits] */
  bigint: 9,
  /** [kind] */
  negativeZero: 10,
  /** [kind, UTF-16 little-endian bytes]: a string with lone surrogates. */
  utf16: 11,
  /** [kind, element type, bytes] */
  bytes: 12,
  /** [kind, element type, index of the blob within this value] */
  blob: 13,
  /**
   * [kind, class, name or null, message, stack or null, [key, value, …], 0 or 1, cause, errors or null], and the number under which
   * it was recorded before, if it was.
   */
  error: 14,
  /** [kind, number]: an object of the sender; and 1, if it is a function. */
  reference: 15,
  /** [kind, number]: an object of the receiver. */
  home: 16,
  /** [kind, number]: the result of an earlier request. */
  result: 17,
  /** [kind, base kind, number or URL, [[op, key, [argument, …]], …]]: a chain, evaluated by the receiver. */
  view: 18,
  /** [kind, number]: a promise of the sender, which the receiver awaits. */
  promise: 19,
  /** [kind, name, data]: a type of defineType. */
  type: 20,
  /** [kind, source]: a function sent as its source. */
  inline: 21,
  /** [kind, name]: a built-in function by name; only as the function of pass. */
  builtIn: 22,
  /** [kind, number, 0 or 1, reason]: an AbortSignal. */
  signal: 23,
  /** [kind, number, [class, …], 0 or 1, 0 or 1]: an Except; whether it raises, whether it catches once. */
  except: 24,
} as const;

export type Special = (typeof Special)[keyof typeof Special];

/** Element types of byte values, by number. Order is the wire's. */
export const elementTypes: readonly string[] = [
  'ArrayBuffer',
  'DataView',
  'Uint8Array',
  'Buffer',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
];

/** What a chain as an argument starts from. */
export const ViewBase = { root: 0, reference: 1, result: 2, module: 3 } as const;
