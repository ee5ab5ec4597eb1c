/** A child that waits for things of the other side, blocking or not. */
import { sync } from '@remoteobj/core';
import type { Untyped } from '../../support/pair.js';

export async function take(lock: Untyped): Promise<string> {
  using _permit = await lock.acquire();
  return 'taken';
}

export function takeBlocking(lock: Untyped): string {
  using _permit = sync(lock).acquire();
  return 'taken';
}

export async function itemOf(queue: Untyped): Promise<unknown> {
  return queue.get();
}

export async function call(f: Untyped): Promise<unknown> {
  return f();
}

/** Calls a member of an object of somebody else's. */
export function callMember(object: Untyped, member: string, ...args: unknown[]): unknown {
  return sync(object)[member](...args);
}

export async function callMemberAwaited(object: Untyped, member: string, ...args: unknown[]): Promise<unknown> {
  return object[member](...args);
}

export async function isMember(object: Untyped, member: string): Promise<boolean> {
  return callHas(object, member);
}

function callHas(object: Untyped, member: string): boolean {
  return member in sync(object);
}

export class Sum {
  total = 0;
  add(n: number): number {
    return (this.total += n);
  }
}

export const sum = new Sum();

export async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const item of items) got.push(item);
  return got;
}

export async function some(items: AsyncIterable<unknown>, count: number): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const item of items) if (got.push(item) === count) break;
  return got;
}

let going: Promise<unknown[]> | undefined;

/** Iterates beside the call, which does not wait for it. */
export function begin(items: AsyncIterable<unknown>): void {
  going = all(items);
}

export async function begun(): Promise<unknown[] | undefined> {
  return going;
}

export function echo<T>(value: T): T {
  return value;
}

let met = 0;
let meet: () => void = () => {};
let meeting: Promise<void> | undefined;

/** Waits until so many have called. */
export async function rendezvous(count: number): Promise<number> {
  meeting ??= new Promise((resolve) => (meet = resolve));
  if (++met === count) meet();
  await meeting;
  return met;
}

export async function fan(callback: (n: number) => number, times: number): Promise<number> {
  const gotten = await Promise.all(Array.from({ length: times }, (_value, i) => callback(i)));
  return gotten.reduce((total, n) => total + n, 0);
}
