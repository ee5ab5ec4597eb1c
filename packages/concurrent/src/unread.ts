/** A failure that somebody is still expected to hear of. */
export interface Unread {
  readonly error: unknown;
  isHeard(): boolean;
}

/** Milliseconds in which a failure may still be read once nothing runs in the background any more. */
const grace = 100;

const unread = new Set<Unread>();
let running = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Something runs in the background, of which somebody may wait before reading the rest. */
export function expectMore(): void {
  running++;
  clearTimeout(timer);
}

/** One of them has ended. */
export function expectLess(): void {
  running--;
  settle();
}

/** What nobody reads becomes an unhandled rejection: never silence. Results may be read in any order, so it waits for those that run. */
export function watchUnread(failure: Unread): void {
  unread.add(failure);
  settle();
}

function settle(): void {
  if (running > 0 || unread.size === 0) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    const failures = [...unread].filter((failure) => !failure.isHeard());
    unread.clear();
    for (const { error } of failures) void Promise.reject(error as Error); // nobody handles it: that is its purpose
  }, grace);
}
