/** Served by the processes and threads in which functions run in the background. */
import { beginOwnWork, setLevel } from '../level.js';

type Fn = (...args: readonly unknown[]) => unknown;

const known: Fn[] = [];

export function prepare(level: number): void {
  setLevel(level);
}

/** Runs a function. A view among the arguments stands for its value. */
export function run(fn: Fn, ...args: readonly unknown[]): unknown {
  if (typeof fn !== 'function') {
    const found = fn === undefined ? 'nothing of that name' : `a value of type ${typeof fn}`;
    throw new TypeError(`background runs a function; where it should be is ${found}`);
  }
  beginOwnWork();
  return fn(...args);
}

/** Gives a number for a function, because finding it for each call takes longer than most calls. */
export function remember(fn: Fn): number {
  return known.push(fn) - 1;
}

/** Runs a function that is known. */
export function rerun(number: number, ...args: readonly unknown[]): unknown {
  beginOwnWork();
  return (known[number] as Fn)(...args); // whoever has a number got it from here
}

/** Takes so many milliseconds, if nothing blocks here. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
