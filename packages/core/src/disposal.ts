import { disposerOf } from './protocols.js';

/** Runs an object's `[Symbol.dispose]` or `[Symbol.asyncDispose]`; an error there becomes an unhandled rejection, never silence. */
export function dispose(value: object): void {
  void (async () => disposerOf(value)?.())();
}
