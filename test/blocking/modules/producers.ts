/** Producers that call back, each in another way. */
import { setImmediate as turn } from 'node:timers/promises';
import { sync } from '@remoteobj/core';

type Callback<R = number> = (n: number) => R;

/** What the clean-up of a producer calls back with. */
const last = -1;

export function* blocks(callback: Callback, n: number): Generator<number> {
  const call = sync(callback);
  try {
    for (let i = 0; i < n; i++) yield call(i);
  } finally {
    call(last);
  }
}

export async function* awaits(callback: Callback, n: number): AsyncGenerator<number> {
  try {
    for (let i = 0; i < n; i++) yield await callback(i);
  } finally {
    await callback(last);
  }
}

/** The same after the event loop has turned in between. */
export async function* awaitsLater(callback: Callback, n: number): AsyncGenerator<number> {
  try {
    for (let i = 0; i < n; i++) {
      await turn();
      yield await callback(i);
    }
  } finally {
    await turn();
    await callback(last);
  }
}

/** Promises as items. */
export function* promises(callback: Callback, n: number): Generator<unknown> {
  try {
    for (let i = 0; i < n; i++) yield (async () => callback(i))();
  } finally {
    sync(callback)(last);
  }
}

export function echo<T>(value: T): T {
  return value;
}

/** One item, then none for ever. */
export async function* hangs(): AsyncGenerator<number> {
  yield 1;
  await new Promise(() => {});
}

class Maker {
  hangs(): AsyncGenerator<number> {
    return hangs();
  }

  self(): this {
    return this;
  }
}

export function make(): Maker {
  return new Maker();
}
