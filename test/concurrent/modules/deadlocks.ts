import { background, Lock, remoteModule, sync, withOptions, type Permit, type Remote, type Semaphore } from 'remoteobj';

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

/** How a wait for a lock may end by itself. */
export const ownEnds = {
  'a time limit': (lock: Semaphore) => here(lock).acquire({ timeout: 1e9 }),
  'a signal': (lock: Semaphore) => here(lock).acquire({ signal: new AbortController().signal }),
  'a limit of the call': (lock: Semaphore) => withOptions(here(lock), { timeout: 1e9 }).acquire(),
  'a timer beside it': (lock: Semaphore) => {
    timer = setInterval(() => {}, 1e9);
    return here(lock).acquire();
  },
};

let timer: ReturnType<typeof setInterval> | undefined;
let goOn = (): void => {};

/** Takes one lock, and waits for the other in a way that may end by itself; `endIt` gives the first one back. */
export async function takeBothSomehow(
  how: keyof typeof ownEnds,
  first: Semaphore,
  second: Semaphore,
  taken: () => Promise<void>,
): Promise<string> {
  const held = await here(first).acquire();
  await taken();
  goOn = () => held[Symbol.dispose]();
  using _second = await ownEnds[how](second);
  return 'both';
}

/** Takes a lock, and gives it back when `endIt` is called. */
export async function takeUntilEnd(lock: Semaphore): Promise<string> {
  using _ = await here(lock).acquire();
  await new Promise<void>((resolve) => (goOn = resolve));
  return 'taken';
}

export function endIt(): void {
  goOn();
  clearInterval(timer);
}

/** Asks for a lock, and does not wait for it any longer. */
export async function leaveWaiting(lock: Semaphore): Promise<void> {
  const taking = here(lock)
    .acquire()
    .then((permit) => permit.release());
  await Promise.race([taking, undefined]);
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
