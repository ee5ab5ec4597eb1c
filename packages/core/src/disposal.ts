import { disposerOf } from './protocols.js';
import { Wrapped } from './wrappers.js';

/** Runs an object's `[Symbol.dispose]` or `[Symbol.asyncDispose]`; an error there becomes an unhandled rejection, never silence. */
export function dispose(value: object): void {
  void (async () => disposerOf(value)?.())();
}

/** A result that nobody will get: what was to be disposed of when the other side lets go of it is disposed of now. */
export function dropResult(value: unknown): void {
  if (value instanceof Wrapped && value.dispose && !value.crossed) dispose(value.value as object);
}
