/** What tests of liveness run elsewhere. */
import { existsSync } from 'node:fs';
import { sync } from '@remoteobj/core';

/** Says so, and computes until a file is there: nothing else is taken in meanwhile. */
export async function compute(until: string, started: () => PromiseLike<void>): Promise<string> {
  await started();
  return computeNow(until);
}

/** The same for whoever blocks and cannot be told. */
export function computeNow(until: string): string {
  while (!existsSync(until));
  return 'computed';
}

/** Computes for so many milliseconds. */
export function computeFor(milliseconds: number): string {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
  return 'computed';
}

/** Keeps only its caller waiting. */
export async function wait(gate: () => PromiseLike<void>): Promise<string> {
  await gate();
  return 'waited';
}

/** Its thread blocks until its caller has answered. */
export function waitBlocking(gate: () => PromiseLike<void>): string {
  sync(gate)();
  return 'waited';
}

export function add(a: number, b: number): number {
  return a + b;
}
