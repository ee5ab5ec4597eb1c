let last = 0;
let known = false;

/** A frame is taken in: what begins from now on came with it. */
export function arriving(): void {
  known = false;
}

/** `performance.now()` in whole milliseconds when what is in the last frame began to be worked on; asked once for each frame, and whole numbers take no memory. */
export function lastArrival(): number {
  if (!known) {
    known = true;
    last = Math.floor(performance.now());
  }
  return last;
}
