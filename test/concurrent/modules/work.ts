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

export const notAFunction = 5;
