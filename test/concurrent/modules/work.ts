import { threadId } from 'node:worker_threads';

/** Functions of stages. */
export function double(n: number): number {
  return n * 2;
}

export function same(item: unknown): unknown {
  return item;
}

export function addOne(n: number): number {
  return n + 1;
}

/** Where it runs, told when `begin` lets it go on. */
export async function where(begin: () => Promise<void>): Promise<{ readonly pid: number; readonly thread: number }> {
  await begin();
  return { pid: process.pid, thread: threadId };
}

export function failAt(n: number): number {
  if (n === 3) throw new RangeError('three is too many');
  return n;
}

export function dieAt(n: number): number {
  if (n === 3) process.exit(7);
  return n;
}

export function hangAt(n: number): number | Promise<never> {
  return n === 3 ? new Promise<never>(() => {}) : n;
}

/** Something that stays where it was made. */
export class Picture {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
  read(): number {
    return this.number;
  }
}

export function picture(number: number): Picture {
  return new Picture(number);
}

/** Takes long for -1, and waits for `begin` where it is given that. */
export function quickOrSlow(item: number | (() => Promise<void>)): unknown {
  if (item === -1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  return typeof item === 'function' ? item().then(() => 'let go') : item;
}

export const notAFunction = 5;
