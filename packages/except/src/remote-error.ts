import { serializeError } from 'serialize-error';
import { classNameOf, isBuiltInPrototype } from './error-classes.js';
import { chainOf, findData, ownData } from './read-data.js';
import { RemoteError } from './remote-error-class.js';
import { framesOf, messageOf } from './stack-text.js';

/** An error as plain data, one level deep: `own`, `cause` and `errors` hold live values. */
export interface ErrorData {
  /** Built-in classes by their name, ours as `@remoteobj/Name`, registered ones as registered. */
  className: string;
  /** Its `name`, when its class does not give it already. */
  name?: string;
  message: string;
  /** The frames, without the lines that repeat name and message. */
  stack?: string;
  /** Own enumerable data properties. */
  own: [string, unknown][];
  cause?: { value: unknown };
  /** What an AggregateError holds. */
  errors?: unknown[];
}

/** Bounds of one error, in UTF-16 units and numbers: what is cut says so in the message. */
const errorLimits: Readonly<{ name: number; message: number; stack: number; own: number; errors: number }> = {
  name: 256,
  message: 64 * 1024,
  stack: 32 * 1024,
  own: 256,
  errors: 10_000,
};

/** Names that never become own properties of an error: each has a place of its own, or would act by itself. */
export const reservedProperties: ReadonlySet<string> = new Set([
  'name',
  'message',
  'stack',
  'cause',
  '__proto__',
  'constructor',
  'then',
  'toJSON',
]);

/** Takes an error apart without running its accessors or toJSON. Never throws, whatever the error does. */
export function errorToData(error: object): ErrorData {
  try {
    return takeApart(error);
  } catch {
    return { className: 'Error', message: '', own: [] }; // a Proxy whose traps answer now so, now so
  }
}

/**
 * A thrown value as plain JSON data for reports, nested causes and errors included.
 *
 * Meant for logs: it reads like `JSON.stringify`, so getters run; what throws there is left out. Never throws.
 */
export function errorReport(thrown: unknown): Record<string, unknown> {
  const options = { maxDepth: 8, useToJSON: false };
  try {
    return serializeError(thrown, options);
  } catch {
    // Guarded reading finds what there is to say about an error whose own code throws.
    const { className, name = className, message, stack } = errorToData(thrown as object);
    return serializeError(stack === undefined ? { name, message } : { name, message, stack }, options);
  }
}

function takeApart(error: object): ErrorData {
  const { name: className, known } = classNameOf(error);
  const stack = findData(error, 'stack')?.value;
  const found = findData(error, 'message');
  // A message computed by an accessor of the user stands in the header that the engine wrote.
  const text = found !== undefined ? printable(found.value) : typeof stack === 'string' ? messageOf(stack) : '';
  const notes: string[] = [];
  const data: ErrorData = { className, message: text, own: ownProperties(error, className, notes) };
  const name = nameBeyondClass(error, className, known);
  if (name !== undefined) data.name = cut(name, errorLimits.name);
  if (typeof stack === 'string') data.stack = cut(framesOf(stack, text), errorLimits.stack, '\n    at ');
  const cause = ownData(error, 'cause');
  if (cause !== undefined) data.cause = { value: cause.value };
  const errors = errorsOf(error, className, notes);
  if (errors !== undefined) data.errors = errors;
  data.message = [cut(text, errorLimits.message), ...notes].join(' ');
  return data;
}

function printable(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'object' || typeof value === 'function' || value === undefined
      ? ''
      : String(value);
}

/** The name, unless the class alone gives it on the other side. */
function nameBeyondClass(error: object, className: string, known: boolean): string | undefined {
  const found = findData(error, 'name');
  if (typeof found?.value !== 'string') return undefined;
  if (known) {
    const prototype = className === 'DOMException' ? null : (Object.getPrototypeOf(error) as object | null);
    const inherited = prototype === null ? undefined : findData(prototype, 'name')?.value;
    return found.value === inherited ? undefined : found.value;
  }
  return found.value === className || isBuiltInPrototype(found.holder) ? undefined : found.value;
}

function ownProperties(error: object, className: string, notes: string[]): [string, unknown][] {
  const own: [string, unknown][] = [];
  let left = 0;
  for (const name of enumerableNames(error, className)) {
    const property = ownData(error, name);
    if (property === undefined || typeof property.value === 'function' || typeof property.value === 'symbol') continue;
    if (own.length < errorLimits.own) own.push([name, property.value]);
    else left++;
  }
  if (left > 0) notes.push(`[${left} more own properties left out]`);
  // Some classes keep their code on the prototype.
  const code = own.some(([name]) => name === 'code') ? undefined : findData(error, 'code');
  if (
    code !== undefined &&
    (typeof code.value === 'string' || typeof code.value === 'number') &&
    className !== 'DOMException'
  )
    own.push(['code', code.value]);
  return own;
}

function enumerableNames(error: object, className: string): string[] {
  const skipped = new Set(reservedProperties);
  if (isAggregate(error, className)) skipped.add('errors');
  try {
    if (Object.getPrototypeOf(error) === RemoteError.prototype) skipped.add('remoteName');
    const names = Object.keys(error).filter((name) => !skipped.has(name));
    // SuppressedError hides its two, as AggregateError hides `errors`.
    return className === 'SuppressedError' ? [...new Set([...names, 'error', 'suppressed'])] : names;
  } catch {
    return [];
  }
}

function errorsOf(error: object, className: string, notes: string[]): unknown[] | undefined {
  const list = isAggregate(error, className) ? ownData(error, 'errors')?.value : undefined;
  if (!isArray(list)) return undefined;
  const length = ownData(list, 'length')?.value as number;
  const errors: unknown[] = [];
  for (let i = 0; i < length && i < errorLimits.errors; i++) errors.push(ownData(list, String(i))?.value);
  if (length > errors.length) notes.push(`[${length - errors.length} more errors left out]`);
  return errors;
}

/** Other errors may have a property `errors` as well, which is an ordinary one. */
function isAggregate(error: object, className: string): boolean {
  if (className === 'AggregateError') return true;
  const errors = ownData(error, 'errors');
  if (errors === undefined) return false;
  try {
    return !errors.enumerable || [...chainOf(error)].includes(AggregateError.prototype);
  } catch {
    return false;
  }
}

function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a revoked Proxy
  }
}

function cut(text: string, limit: number, lead = ' '): string {
  if (text.length <= limit) return text;
  const unit = text.charCodeAt(limit - 1);
  const end = unit >= 0xd800 && unit < 0xdc00 ? limit - 1 : limit; // never half a pair
  return `${text.slice(0, end)}${lead}[${text.length - end} more characters left out]`;
}
