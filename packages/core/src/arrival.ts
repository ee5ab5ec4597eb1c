let last = 0;

/** Frames are taken in: what begins from now on came with them. */
export function arriving(): void {
  last = Math.floor(performance.now()); // a whole number takes no memory in what keeps it
}

/** `performance.now()` in whole milliseconds when the last frame of this thread was taken in; cheaper than to ask for each call in it. */
export function lastArrival(): number {
  return last;
}
