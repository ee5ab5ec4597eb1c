import { set, type Lock, type Permit, type Remote } from 'remoteobj';
import type { Counter } from './counter.js';

interface Work {
  readonly times: number;
  /** How many are added at a time. */
  readonly portion: number;
  readonly lock?: Lock;
}

/** Adds to a counter of another process: reads it, counts on here, writes it back. A lock keeps the others out in between. */
export async function add(shared: Counter, work: Work): Promise<void> {
  const counter = here(shared);
  const lock = work.lock && here(work.lock);
  for (let added = 0; added < work.times; added += work.portion) {
    using _ = lock && (await lock.acquire());
    let count = await counter.count;
    for (let i = 0; i < work.portion; i++) count++;
    await set(counter.count, count);
  }
}

let held: Remote<Permit> | undefined;

/** Takes a lock and keeps it. */
export async function hold(lock: Lock): Promise<void> {
  held = await here(lock).acquire();
}

/** Gives it back. */
export function letGo(): void {
  held?.[Symbol.dispose]();
}

/** What was passed by reference is a remote here. */
function here<T>(passed: T): Remote<T> {
  return passed as unknown as Remote<T>;
}
