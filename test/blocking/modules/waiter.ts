/** A child that blocks in a chain of its own, and children that die, stop or are late. */
import { setImmediate as turn } from 'node:timers/promises';
import { sync } from '@remoteobj/core';
import type { DeadlockError } from '@remoteobj/except';
import { spawn, type Spawned } from '@remoteobj/process';

type Trigger = () => unknown;

let start: () => void = () => {};
let outcome: Promise<string> | undefined;
let given: DeadlockError | undefined;

/** From `trigger` on this blocks on the function, in a chain that has nothing to do with that of `trigger`. */
export function prepare(callee: Trigger): void {
  const started = new Promise<void>((resolve) => (start = resolve));
  outcome = started.then(() => {
    try {
      sync(callee)();
      return 'went on';
    } catch (error) {
      given = error as DeadlockError;
      return given.name;
    }
  });
}

/** How the blocking call ended that was prepared. */
export async function trigger(): Promise<string | undefined> {
  start();
  return await outcome;
}

/** The same as the item of an iteration. */
export async function* triggers(): AsyncGenerator<string | undefined> {
  start();
  yield await outcome;
}

/** What it threw. */
export function thrown(): DeadlockError | undefined {
  return given;
}

let next: Spawned<typeof import('./waiter.js')> | undefined;

/** Starts one more of these, which is called `name` and blocks on the function; this one will block on it. */
export async function prepareNext(name: string, callee: Trigger): Promise<void> {
  next = await spawn<typeof import('./waiter.js')>(new URL(import.meta.url), { name });
  await next.remote.prepare(callee);
  prepare(next.remote.trigger);
}

export async function nextOutcome(): Promise<string | undefined> {
  const ended = await next?.remote.trigger();
  await next?.close();
  return ended;
}

export function busy(milliseconds: number): number {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
  return milliseconds;
}

export function hang(): Promise<never> {
  return new Promise(() => {});
}

/** How many of these calls were not cancelled before their end. */
let finished = 0;

export async function hangFor(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) await turn();
  finished++;
}

export function count(): number {
  return finished;
}

/** Gives the value after so many microseconds. */
export function late(value: number, microseconds: number): number {
  busy(microseconds / 1000);
  return value;
}

/** Ends this process in the middle of a call, after saying so. */
export async function die(how: 'exit' | NodeJS.Signals, saying: () => unknown): Promise<never> {
  await saying();
  if (how === 'exit') process.exit(7);
  process.kill(process.pid, how);
  return new Promise(() => {});
}

/** The same without an `await` in it. */
export function dieAtOnce(how: 'exit' | NodeJS.Signals): void {
  if (how === 'exit') process.exit(7);
  process.kill(process.pid, how);
  for (;;);
}

/** Answers with so many bytes, and ends when the answer is on its way. */
export function lastWords(length: number): Uint8Array {
  setImmediate(() => process.exit(7));
  return new Uint8Array(length).fill(7);
}

/** Sends a signal to another process a little later; gives the time of that, on the clock of `monotonicNow`. */
export function signalLater(pid: number, signal: NodeJS.Signals, milliseconds: number): Promise<number> {
  return new Promise((resolve) => {
    setTimeout(() => {
      const now = monotonicNow();
      process.kill(pid, signal);
      resolve(now);
    }, milliseconds);
  });
}

/** Milliseconds on the one clock that all processes of a machine have and nobody sets. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Waits until the signal is aborted that came as an argument. */
export async function untilAborted(signal: AbortSignal, abort: () => unknown): Promise<unknown> {
  const reason = new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true }),
  );
  await abort();
  return reason;
}
