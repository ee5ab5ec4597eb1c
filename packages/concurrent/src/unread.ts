/** A failure that somebody is still expected to hear of. */
export interface Unread {
  readonly error: unknown;
  isHeard(): boolean;
}

/** A failure with what is known about those who may still read it. */
interface Watched {
  readonly failure: Unread;
  /** `performance.now()` when it was there. */
  readonly since: number;
  /** Number of the last that had begun by then. */
  readonly lastBegun: number;
  /** When it was last looked at, nobody could read it any more, or had for too long. */
  isDue: boolean;
}

/** Milliseconds between looks; a failure may be read for so long after nobody is expected to any more. */
const grace = 100;
/** Milliseconds for which a failure waits for others that ran beside it. */
const longestWait = 5000;

const unread = new Set<Watched>();
/** Numbers of those that run, the oldest first. */
const running = new Set<number>();
let begun = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Something runs in the background, of which somebody may wait before reading the rest. Gives its number. */
export function expectMore(): number {
  running.add(++begun);
  return begun;
}

/** One of them has ended. */
export function expectLess(number: number): void {
  running.delete(number);
}

/** What nobody reads becomes an unhandled rejection: never silence. Results may be read in any order, so it waits for those that run now. */
export function watchUnread(failure: Unread): void {
  if (failure.isHeard()) return;
  unread.add({ failure, since: performance.now(), lastBegun: begun, isDue: false });
  timer ??= setTimeout(look, grace);
}

function look(): void {
  const now = performance.now();
  const [oldest = Number.POSITIVE_INFINITY] = running;
  for (const watched of unread) {
    if (watched.failure.isHeard()) unread.delete(watched);
    else if (watched.isDue) tell(watched);
    else watched.isDue = oldest > watched.lastBegun || now - watched.since >= longestWait;
  }
  timer = unread.size === 0 ? undefined : setTimeout(look, grace);
}

function tell(watched: Watched): void {
  unread.delete(watched);
  void Promise.reject(watched.failure.error as Error); // nobody handles it: that is its purpose
}
