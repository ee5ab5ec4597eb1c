/**
 * Whoever slept and was rung for is often woken on this very processor, where he gets nowhere for as long as this thread looks
 * for his answer. So whoever looks gives way in between, until something comes.
 *
 * Proved by test/bench (blocking call, idle server).
 */
import { native, type Native } from './native.js';

/** Times that somebody looked for one who was rung for, after which system calls are loaded for it: that takes some ten milliseconds. */
const timesBeforeNative = 100;

let times = 0;

/** What gives way, for one who looks now; undefined: there is nothing yet, or never. */
export function wayGiver(): Pick<Native, 'giveWay'> | undefined {
  return ++times > timesBeforeNative ? native() : undefined;
}
