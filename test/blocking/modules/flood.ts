import { release } from '@remoteobj/core';

let told: ((n: number) => void) | undefined;

export function tellTo(callback: (n: number) => void): void {
  told = callback;
}

/** Calls the one it was given so many times, outside of the call that is served, and then its argument. */
export async function floodAndCall(times: number, callback: (x: number) => number): Promise<number> {
  await new Promise<void>((resolve) => outside.push(() => resolve(flood(times))));
  return callback(1);
}

/** The same, after which it does not have the one it was given any more. */
export async function floodAndForget(times: number, callback: (x: number) => number): Promise<number> {
  await new Promise<void>((resolve) => outside.push(() => resolve(flood(times))));
  release(told as object);
  told = undefined;
  return callback(1);
}

function flood(times: number): void {
  for (let i = 0; i < times; i++) told?.(i);
}

const outside: (() => void)[] = [];
setInterval(() => outside.shift()?.(), 1).unref();

/** Calls again and again, outside of any call, and awaits each. */
export function report(callback: (n: number) => unknown): void {
  void (async () => {
    for (let n = 0; ; n++) await callback(n);
  })().catch(() => {});
}

export async function later(milliseconds: number): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return 'later';
}
