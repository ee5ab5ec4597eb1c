import { errorClassOf, type ErrorClass } from './error-classes.js';
import { findData } from './read-data.js';
import { RemoteError } from './remote-error-class.js';
import { reservedProperties, type ErrorData } from './remote-error.js';
import { framesOf, remoteCallLine, stackHeader } from './stack-text.js';

/**
 * Makes the error that data tells of, as yet without its properties, so that what is inside may point back at it.
 *
 * Never runs the constructor of a registered class. `callStack`: the stack of the call made here, set below the remote one.
 */
export function buildError(
  data: Pick<ErrorData, 'className' | 'name' | 'message' | 'stack'>,
  callStack?: string,
): Error {
  const { className, message } = data;
  const Class = errorClassOf(className);
  const error = shell(Class, data);
  if (Class !== undefined && data.name !== undefined && findData(error, 'name')?.value !== data.name)
    define(error, 'name', data.name);
  const name = findData(error, 'name')?.value;
  const frames = [stackHeader(typeof name === 'string' ? name : className, message)];
  const remote = data.stack === undefined ? '' : framesOf(data.stack, message);
  if (remote !== '') frames.push(remote);
  if (callStack !== undefined) frames.push(remoteCallLine, framesOf(callStack, ''));
  define(error, 'stack', frames.join('\n').trimEnd());
  return error;
}

/** Gives an error made by `buildError` its properties. `cause` and `errors` are hidden, as the language has it. */
export function finishError(
  error: Error,
  parts: { own?: Iterable<readonly [string, unknown]>; cause?: { value: unknown }; errors?: unknown[] },
): void {
  const suppressed = findData(error, 'name')?.value === 'SuppressedError';
  for (const [name, value] of parts.own ?? []) {
    if (reservedProperties.has(name) || (typeof value === 'function' && conversions.has(name))) continue;
    if (name === 'remoteName' && error instanceof RemoteError) continue;
    define(error, name, value, !(suppressed && (name === 'error' || name === 'suppressed')));
  }
  if (parts.cause !== undefined) define(error, 'cause', parts.cause.value);
  if (parts.errors !== undefined) define(error, 'errors', parts.errors);
}

/** Functions of these names would run when the error is only printed. */
const conversions = new Set(['toString', 'valueOf']);

function shell(
  Class: ErrorClass | undefined,
  { className, name, message }: Pick<ErrorData, 'className' | 'name' | 'message'>,
): Error {
  if (className === 'SuppressedError') return named(new Error(message), 'SuppressedError', Class);
  if (Class === undefined) return named(new RemoteError(message, { remoteName: className }), name ?? className);
  if (Class === AggregateError) return new AggregateError([], message);
  const Dom = (globalThis as { DOMException?: new (message: string, name?: string) => Error }).DOMException;
  const isDom = Dom !== undefined && (Class === Dom || Class.prototype instanceof Dom);
  // With the class as new.target the error is a real one, with the engine's brand, and of that class.
  return isDom ? construct(Dom, [message, name ?? 'Error'], Class) : construct(Error, [message], Class);
}

function named(error: Error, name: string, Class?: ErrorClass): Error {
  // SuppressedError is missing in older engines, where it remains an Error of that name.
  if (Class !== undefined) Object.setPrototypeOf(error, Class.prototype as object);
  else if (error.name !== name) define(error, 'name', name);
  return error;
}

function construct(Base: new (...args: string[]) => Error, args: string[], Class: ErrorClass): Error {
  return Reflect.construct(Base, args, Class as unknown as new () => Error) as Error;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable, configurable: true });
}
