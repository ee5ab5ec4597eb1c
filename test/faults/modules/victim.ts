/** What the cases run in a child: it dies, misbehaves, and works in between. */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { fillMemory, segfault } from '../../process/modules/jobs.js';

export type How = 'SIGKILL' | 'SIGSEGV' | 'exit';
type Callback = (...args: unknown[]) => unknown;

/** Ends this process, or this thread, before the next statement. */
function end(how: How): never {
  if (how === 'SIGSEGV') return segfault();
  if (how === 'exit') process.exit(7);
  process.kill(process.pid, how);
  for (;;);
}

export function dieInCall(how: How): never {
  return end(how);
}

export function* dieInStream(how: How): Generator<number> {
  yield* [1, 2, 3];
  end(how);
}

export class DiesWhenMade {
  constructor(how: How) {
    end(how);
  }
}

/** Takes so many items of somebody else's stream, then dies. */
export async function dieAsConsumer(items: AsyncIterable<unknown>, after: number, how: How): Promise<void> {
  let taken = 0;
  for await (const _item of items) if (++taken === after) end(how);
}

export async function sum(items: AsyncIterable<number>): Promise<number> {
  let total = 0;
  for await (const item of items) total += item;
  return total;
}

/** Begins to answer with so many bytes, and dies. */
export function dieAnswering(bytes: number, how: How): Uint8Array {
  setImmediate(() => end(how));
  return new Uint8Array(bytes);
}

export function exit(code: number): never {
  process.exit(code);
}

export function throwMeanwhile(): Promise<never> {
  setImmediate(() => {
    throw new RangeError('nothing catches this');
  });
  return new Promise(() => {});
}

export function rejectMeanwhile(): Promise<never> {
  setImmediate(() => void Promise.reject(new RangeError('nobody awaits this')));
  return new Promise(() => {});
}

export { fillMemory };

/** The channel goes, the process stays. */
export function closeChannel(): Promise<never> {
  closeSync(3);
  setInterval(() => {}, 60_000);
  return new Promise(() => {});
}

/** What is no frame, in the middle of the frames. */
export function writeRubbish(value: unknown): unknown {
  writeSync(3, new Uint8Array(8).fill(0xee));
  return value;
}

export function hang(): Promise<never> {
  return new Promise(() => {});
}

/** Hangs after having called, so that the caller knows that it runs. */
export async function tellAndHang(tell: Callback): Promise<never> {
  await tell();
  return hang();
}

export async function callBack(callback: Callback, ...args: unknown[]): Promise<unknown> {
  return await callback(...args);
}

/** Uses an object that lives elsewhere. */
export async function addTo(counter: Counter, n: number): Promise<number> {
  return await counter.add(n);
}

/** Calls a function that was passed once the link is gone; the exit code says whether that fails as it should. */
export async function callBackWhenGone(callback: Callback): Promise<never> {
  for (;;) {
    try {
      await callback();
    } catch (error) {
      process.exit((error as { code?: string }).code === 'ERR_REMOTE_DIED' ? 42 : 43);
    }
    await turn();
  }
}

let cleanUps = 0;
let added = 0;

export function* endless(): Generator<number> {
  try {
    for (let i = 0; ; i++) yield i;
  } finally {
    cleanUps++;
  }
}

export function* breaking(after: number): Generator<number> {
  for (let i = 0; i < after; i++) yield i;
  throw new RangeError('the producer broke');
}

export function cleaned(): number {
  return cleanUps;
}

export function add(a: number, b: number): number {
  added++;
  return a + b;
}

export function additions(): number {
  return added;
}

export function echo<T>(value: T): T {
  return value;
}

export function failWith(value: unknown): never {
  throw value;
}

export class Counter {
  count = 0;
  add(n = 1): number {
    return (this.count += n);
  }
}

/** What cannot be told without running code that fails. */
export function failWorse(): never {
  throw Object.defineProperty(new Error('worse'), 'detail', {
    enumerable: true,
    get() {
      throw new Error('not even this can be read');
    },
  });
}

/** Writes so many MiB of bytes, all 256 of them, to standard output. */
export async function flood(mebibytes: number): Promise<void> {
  const chunk = Buffer.alloc(2 ** 20).map((_byte, i) => i);
  for (let i = 0; i < mebibytes; i++) {
    if (!process.stdout.write(chunk)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

/** Starts a process that has every descriptor of this one's, up to 4, and stays. */
export function startGrandchild(): number | undefined {
  const script = 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 60_000)';
  const stdio = Array.from({ length: 5 }, (_value, fd) => (isOpen(fd) ? fd : 'ignore'));
  const child = spawn(process.execPath, ['-e', script], { stdio, detached: true });
  child.unref();
  return child.pid;
}

function isOpen(fd: number): boolean {
  try {
    return fstatSync(fd) !== undefined;
  } catch {
    return false;
  }
}

/** Sets this process's wall clock by so many hours each time it is read. */
export function spoilClock(hours: number): void {
  let jumped = 0;
  const now = Date.now;
  Date.now = () => now() + 3_600_000 * (jumped += hours);
}
