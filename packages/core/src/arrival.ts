let last = 0;

/** Frames are taken in: what begins from now on came with them. */
export function arriving(): void {
  last = performance.now();
}

/** `performance.now()` when the last frame of this thread was taken in; cheaper than to ask for each call in it. */
export function lastArrival(): number {
  return last;
}
