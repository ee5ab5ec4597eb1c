import { background, Lock, remoteModule, sync, type Permit, type Remote, type Semaphore } from 'remoteobj';

const self = remoteModule<typeof import('./deadlocks.js')>(import.meta.url);

/** A lock that lives here. */
export const own = new Lock();

/** Takes one lock, and the other when it is told that this is so. */
export async function takeBoth(first: Semaphore, second: Semaphore, taken: () => Promise<void>): Promise<string> {
  using _first = await here(first).acquire();
  await taken();
  using _second = await here(second).acquire();
  return 'both';
}

/** The same without `await`. */
export function blockForBoth(first: Semaphore, second: Semaphore, taken: () => Promise<void>): string {
  using _first = sync(first).acquire();
  sync(taken)();
  using _second = sync(second).acquire();
  return 'both';
}

/** The same, beginning with the lock that lives here. */
export async function takeOwnAnd(second: Lock, taken: () => Promise<void>): Promise<string> {
  using _first = await own.acquire();
  await taken();
  using _second = await here(second).acquire();
  return 'both';
}

/** Takes a lock, and waits for a function in the background that wants it, too. */
export async function takeAndAsk(lock: Lock): Promise<string> {
  using _ = await here(lock).acquire();
  return await background(self.take)(lock);
}

export async function take(lock: Lock): Promise<string> {
  using _ = await here(lock).acquire();
  return 'taken';
}

let kept: Remote<Permit> | undefined;

/** Takes a lock and keeps it. */
export async function keep(lock: Lock): Promise<void> {
  kept = await here(lock).acquire();
}

export function letGo(): void {
  kept?.[Symbol.dispose]();
}

/** Takes a lock while `meanwhile` has not ended. */
export async function takeWhile(lock: Semaphore, meanwhile: () => Promise<void>): Promise<string> {
  using _ = await here(lock).acquire();
  await meanwhile();
  return 'taken';
}

/** What was passed by reference is a remote here. */
function here(lock: Semaphore): Remote<Semaphore> {
  return lock as unknown as Remote<Semaphore>;
}
