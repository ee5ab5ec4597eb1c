import { isRemote } from '@remoteobj/core';
import { isBlocking, isBound } from './bound.js';

/** Options of `background`. */
export interface BackgroundOptions {
  /** Milliseconds from the call on; then it comes to `Timeout`, and what runs is ended. Default: none. */
  readonly timeout?: number;
  /** Where it runs; default `process`. A method of a remote runs where its object lives. */
  readonly strategy?: 'process' | 'thread' | 'here';
}

/** Options with nothing left open; `there`: where the object of the method lives. */
export interface BackgroundPlan {
  readonly timeout: number | undefined;
  readonly place: 'process' | 'thread' | 'here' | 'there';
}

const known = ['timeout', 'strategy'];
const strategies = ['process', 'thread', 'here'];

/** Options with their defaults. Throws TypeError or RangeError that names what is wrong. */
export function readBackground(fn: unknown, options: BackgroundOptions): BackgroundPlan {
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new TypeError(`background: there is no option '${key}'; there are ${known.join(', ')}`);
  }
  const { timeout, strategy = 'process' } = options;
  if (timeout !== undefined && !(timeout >= 0))
    throw new RangeError(`background: timeout must be a number of milliseconds from 0, not ${timeout}`);
  if (!strategies.includes(strategy))
    throw new TypeError(`background: strategy must be one of ${strategies.join(', ')}, not '${strategy}'`);
  return { timeout, place: placeOf(fn, strategy) };
}

function placeOf(fn: unknown, strategy: 'process' | 'thread' | 'here'): BackgroundPlan['place'] {
  if (isRemote(fn)) {
    if (isBlocking(fn as object))
      throw new TypeError(
        'background: fn is in its blocking form, whose calls wait: give the method of the remote itself, without sync',
      );
    if (isBound(fn)) return 'there';
    if (strategy !== 'here') return strategy;
    throw new TypeError("background: with 'here' fn must be a function, not one that is only named: import it");
  }
  if (typeof fn === 'function') {
    if (strategy === 'here') return strategy;
    throw new TypeError(
      `background: with '${strategy}' fn must be known over there: name it with remoteModule(url), send it with inline(fn), or use { strategy: 'here' }`,
    );
  }
  if (typeof fn === 'object' && fn !== null && strategy !== 'here') return strategy; // what inline gave
  throw new TypeError(`background: fn must be a function, not ${fn === null ? 'null' : typeof fn}`);
}
