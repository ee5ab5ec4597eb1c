import { SafeMap } from './intrinsics.js';

/**
 * Functions of the language that passTo takes by identity: pure, and unable to call a function of the caller or to reach what is
 * denied.
 */
const names = new SafeMap<unknown, string>();
const functions = new SafeMap<string, (...args: never[]) => unknown>();

add('', {
  String,
  Number,
  Boolean,
  BigInt,
  parseInt,
  parseFloat,
  isNaN,
  isFinite,
  encodeURIComponent,
  decodeURIComponent,
  encodeURI,
  decodeURI,
});
add('JSON.', pick(JSON, 'parse stringify'));
add('Object.', pick(Object, 'keys values entries'));
add('Array.', pick(Array, 'from isArray of'));
add('Number.', pick(Number, 'isFinite isInteger isNaN isSafeInteger'));
add('Date.', pick(Date, 'parse'));
add(
  'Math.',
  pick(
    Math,
    'abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log10 log1p log2 max min pow round sign sin sinh sqrt tan tanh trunc',
  ),
);

/** The name under which a built-in travels; undefined: it is none of them. */
export function builtInName(fn: unknown): string | undefined {
  return names.get(fn);
}

/** The built-in of this name; undefined: there is none. */
export function builtInByName(name: string): ((...args: never[]) => unknown) | undefined {
  return functions.get(name);
}

function add(prefix: string, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    if (typeof value !== 'function') continue;
    names.set(value, prefix + name);
    functions.set(prefix + name, value as (...args: never[]) => unknown);
  }
}

function pick(holder: object, list: string): Record<string, unknown> {
  return Object.fromEntries(list.split(' ').map((name) => [name, (holder as Record<string, unknown>)[name]]));
}
