/** A child that calls back, blocking or not. */
import { setImmediate as turn } from 'node:timers/promises';
import { sync } from '@remoteobj/core';
import type { Untyped } from '../../support/pair.js';

type Callback<R = number> = (n: number) => R;
export type How = 'awaited' | 'awaited later' | 'blocking';

const log: string[] = [];

export function note(text: string): void {
  log.push(text);
}

export function noted(): string[] {
  return log.splice(0);
}

export async function callAwaited(callback: Callback<unknown>, n: number): Promise<unknown> {
  return [await callback(n)];
}

/** The same after the event loop has turned in between. */
export async function callAwaitedLater(callback: Callback<unknown>, n: number): Promise<unknown> {
  await turn();
  return [await callback(n)];
}

export function callBlocking(callback: Callback<unknown>, n: number): unknown {
  return [sync(callback)(n)];
}

/** Calls back so often, and sums up what comes. */
export function callOften(callback: Callback, times: number): number {
  const blocking = sync(callback);
  let sum = 0;
  for (let i = 0; i < times; i++) sum += blocking(i);
  return sum;
}

/** One step down a ladder that leads to and fro: the other side calls here again. */
export async function climb(n: number, other: Untyped, how: How): Promise<number> {
  if (n === 0) return 0;
  if (how === 'awaited later') await turn();
  return 1 + (await other(n - 1, climb, how));
}

export function climbBlocking(n: number, other: Untyped): number {
  return n === 0 ? 0 : 1 + (sync(other)(n - 1, climbBlocking, 'blocking') as number);
}

let held: Callback<unknown> | undefined;

/** Calls the function in chains of its own while this call waits for the answer of another function. */
export async function callBeside(callback: Callback<unknown>, wait: () => PromiseLike<void>, n: number): Promise<void> {
  held = callback;
  for (let i = 0; i < n; i++) setImmediate(callOutside, i);
  await wait();
}

/** Not part of the chain that set it off: nothing of it is kept by the timer. */
function callOutside(i: number): void {
  void held?.(i);
}

/** Busy for so long without turning the event loop. */
export function busy(milliseconds: number): number {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
  return milliseconds;
}

export function echo<T>(value: T): T {
  return value;
}

/** Takes bytes, and gives as many of its own. */
export function exchange(bytes: Uint8Array, fill: number): Uint8Array {
  return new Uint8Array(bytes.length).fill(fill);
}

/** Calls back with so many bytes, so often at once. */
export async function push(take: (bytes: Uint8Array) => void, size: number, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, (_value, i) => take(new Uint8Array(size).fill(i + 1))));
}

/** Calls the function so often in one tick, not as part of this call's chain; `wait` says when these are done. */
export async function callInOneTick(callback: Callback, times: number, wait: () => PromiseLike<void>): Promise<void> {
  held = callback;
  setImmediate(callManyOutside, times);
  await wait();
}

function callManyOutside(times: number): void {
  for (let i = 0; i < times; i++) callOutside(i);
}

/** The same as part of this call's chain; gives the sum of what comes. */
export async function fan(callback: Callback, times: number): Promise<number> {
  const all = await Promise.all(Array.from({ length: times }, (_value, i) => callback(i)));
  return all.reduce((sum, n) => sum + n, 0);
}
