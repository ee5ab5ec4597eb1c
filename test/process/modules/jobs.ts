import { createRequire } from 'node:module';
import { linkOf } from '@remoteobj/core/internal';
import { parent } from '@remoteobj/process';

/** Says that it runs, by a callback, and goes on. */
type Tell = (text: string) => unknown;

export function add(a: number, b: number): number {
  return a + b;
}

export async function later(value: unknown): Promise<unknown> {
  await new Promise((resolve) => setImmediate(resolve));
  return value;
}

export function* countTo(n: number): Generator<number, string> {
  for (let i = 1; i <= n; i++) yield i;
  return 'done';
}

export async function* countToLater(n: number): AsyncGenerator<number, string> {
  for (let i = 1; i <= n; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    yield i;
  }
  return 'done later';
}

/** An iterator written by hand. */
export function countDown(n: number): IterableIterator<number> {
  let left = n;
  return {
    next: () => (left > 0 ? { done: false, value: left-- } : { done: true, value: undefined }),
    [Symbol.iterator]() {
      return this;
    },
  };
}

/** Yields, then never comes back to the event loop. */
export function* yieldAndSpin(): Generator<string> {
  yield 'before';
  for (;;);
}

export function* failAfter(n: number): Generator<number> {
  yield* countTo(n);
  throw new RangeError('no more');
}

/** Yields until an error is thrown into it, and returns that one's message. */
export function* untilThrown(): Generator<number, string> {
  for (let i = 0; ; i++) {
    try {
      yield i;
    } catch (error) {
      return `caught ${(error as Error).message}`;
    }
  }
}

export function fail(message: string): never {
  throw Object.assign(new TypeError(message), { detail: 7 });
}

export function failWith(value: unknown): never {
  throw value;
}

/** What it throws has no text. */
export function failOddly(): never {
  throw Object.create(null);
}

export function symbol(): { readonly deep: symbol } {
  return { deep: Symbol('s') };
}

export function* symbols(): Generator<number | symbol[]> {
  yield 1;
  yield [Symbol('s')];
}

/** Promises in what it returns. */
export function promises(): { readonly user: Promise<string>; readonly posts: Promise<number[]> } {
  return { user: later('ada') as Promise<string>, posts: later([1, 2]) as Promise<number[]> };
}

/** Yields promises, and objects that hold some, and returns one. */
export function* yieldPromises(): Generator<unknown, Promise<unknown>> {
  yield later(1);
  yield { later: later(2) };
  yield 3;
  return later('done');
}

export function* yieldRejection(): Generator<unknown> {
  yield 1;
  yield { later: later(0).then(() => fail('too late')) };
  yield 2;
}

/** Ends the iteration that tells of it, as if whoever reads it had. */
export function* stopTelling(): Generator<number, string> {
  yield 1;
  const { streams } = linkOf(parent());
  for (let id = 0; id < 100; id++) streams.stop(id);
  yield 2;
  return 'unheard of';
}

export function bytes(length: number): Uint8Array {
  return new Uint8Array(length).fill(7);
}

export async function hang(tell: Tell): Promise<never> {
  await tell('hanging');
  return new Promise(() => {});
}

/** Busy for ever, from a moment after it has told. */
export async function spin(tell: Tell): Promise<never> {
  await tell('spinning');
  for (;;);
}

export async function deaf(tell: Tell): Promise<never> {
  process.on('SIGTERM', () => {});
  return hang(tell);
}

export function exit(code: number): never {
  process.exit(code);
}

export function exitLater(code: number): Promise<never> {
  setImmediate(() => process.exit(code));
  return new Promise(() => {});
}

export function throwLater(message: string): Promise<never> {
  setImmediate(() => {
    throw new RangeError(message);
  });
  return new Promise(() => {});
}

export function signalSelf(signal: NodeJS.Signals): Promise<never> {
  process.kill(process.pid, signal);
  return new Promise(() => {});
}

/** Writes where nothing is, as faulty native code does. */
export function segfault(): never {
  // Only the transport depends on it.
  const require = createRequire(new URL('../../../packages/transport/package.json', import.meta.url));
  const name: string = 'koffi';
  const koffi = require(name) as {
    load(name: null): { func(declaration: string): (address: bigint, byte: number, size: number) => void };
  };
  const memset = koffi.load(null).func('void *memset(uintptr_t to, int byte, size_t size)');
  memset(8n, 1, 64);
  throw new Error('the fault did not end this process');
}

export function fillMemory(): never {
  const kept: number[][] = [];
  for (;;) kept.push(new Array<number>(100_000).fill(kept.length));
}

/** Yields so often, then prints that it came to its end. */
export function* printAfter(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i;
  console.log('came to its end');
}

/** Leaves something behind that would keep the event loop alive. */
export function leaveTimer(): string {
  setInterval(() => {}, 1000);
  return 'left';
}

export const answer = 42;

export const nested = {
  factor: 3,
  times(n: number): number {
    return this.factor * n;
  },
};

export class Work {
  readonly base: number;
  constructor(base: number) {
    this.base = base;
  }
  plus(n: number): number {
    return this.base + n;
  }
  *upTo(n: number): Generator<number, string> {
    for (let i = 1; i <= n; i++) yield this.base + i;
    return 'up';
  }
}
