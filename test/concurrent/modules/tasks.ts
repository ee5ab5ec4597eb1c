import { background, type Future } from '@remoteobj/concurrent';
import { remoteModule } from '@remoteobj/core';

const self = remoteModule<typeof import('./tasks.js')>(import.meta.url);

/** Blocks its thread. */
export function sleep<T>(milliseconds: number, value: T): T {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  return value;
}

export function add(a: number, b: number): number {
  return a + b;
}

export function repeat(text: string, times: number): { readonly items: readonly string[]; readonly text: string } {
  return { items: Array.from({ length: times }, () => text), text: text.repeat(times) };
}

export function fail(text: string): never {
  throw new RangeError(text);
}

export async function tellAndFail(tell: () => unknown, text: string): Promise<never> {
  await tell();
  throw new RangeError(text);
}

export function die(code: number): never {
  process.exit(code);
}

/** Tells where it runs, and never comes back. */
export function hang(tell: (pid: number) => unknown): Promise<never> {
  void tell(process.pid);
  return new Promise(() => {});
}

/** The same without ever turning its event loop again. */
export async function spin(tell: (pid: number) => unknown): Promise<never> {
  await tell(process.pid);
  for (;;);
}

/** Says that it is there, and asks until all are. */
export async function meetOthers<T>(arrive: () => unknown, areThere: () => unknown, value: T): Promise<T> {
  await arrive();
  while ((await areThere()) !== true);
  return value;
}

/** Waits until it is let go. */
export async function meet(begin: () => Promise<void>): Promise<number> {
  await begin();
  return process.pid;
}

/** Calls back, and gives what that gives. */
export async function ask(question: () => unknown): Promise<unknown> {
  return question();
}

export function pid(): number {
  return process.pid;
}

/** So many backgrounds inside of one another, each waiting for the next one. */
export async function nest(levels: number, strategy: 'process' | 'thread'): Promise<number> {
  return levels === 0 ? 0 : 1 + (await background(self.nest, { strategy })(levels - 1, strategy));
}

/** The same, without `await`. */
export function nestBlocking(levels: number): number {
  return levels === 0 ? 0 : 1 + (background(self.nestBlocking)(levels - 1).value as number);
}

/** Starts many at once, and waits for all of them. */
export async function fanOut(width: number): Promise<number> {
  const parts: Future<number>[] = Array.from({ length: width }, (_, i) => background(self.add)(i, 1));
  return (await Promise.all(parts)).reduce((sum, part) => sum + part, 0);
}

export class Counter {
  count = 0;
  add(n: number): number {
    return (this.count += n);
  }
}

export function counter(): Counter {
  return new Counter();
}

export const notAFunction = 5;
