import { viewPassedOn } from './evaluator.js';
import { disposerOf } from './protocols.js';
import { viewOfRemote } from './proxy.js';
import { Wrapped } from './wrappers.js';

/** Runs an object's `[Symbol.dispose]` or `[Symbol.asyncDispose]`; an error there becomes an unhandled rejection, never silence. */
export function dispose(value: object): void {
  void (async () => disposerOf(value)?.())();
}

/** A result that nobody will get: what was to be disposed of when the other side lets go of it is disposed of now. */
export function dropResult(value: unknown, settled?: Promise<unknown>): void {
  if (value instanceof Wrapped && value.dispose && !value.crossed) dispose(value.value as object);
  if (isPassedOn(value, settled)) dropPassedOn(value, 1);
}

/** Whether a value, as which a promise settled, came from another connection and was seen by nobody here. */
export function isPassedOn(value: unknown, settled: Promise<unknown> | undefined): value is object {
  return typeof value === 'function' && settled !== undefined && viewPassedOn(settled) !== undefined;
}

/** Drops so many mentions of another connection's object that were passed on, or were to be: nobody here would ever let go of them. */
export function dropPassedOn(value: object, mentions: number): void {
  const root = viewOfRemote(value)?.root;
  if (root?.kind === 'reference') root.recorder?.dropMentions?.(root.id, mentions);
}
