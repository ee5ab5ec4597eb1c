import { currentCaller } from '@remoteobj/core';

/**
 * How many backgrounds this process or thread is inside of: 0 where the program began. What runs in the background has processes of
 * its own for what it runs in the background, so none can take the last one from another; they become fewer with each level.
 */
let level = 0;

export function setLevel(own: number): void {
  level = own;
}

export function currentLevel(): number {
  return level;
}

const own = currentCaller();
let running = own;

/** The call that is served now runs a function in the background: what it does is this thread's own work. */
export function beginOwnWork(): void {
  running = currentCaller();
}

/** Whether a call of another process or thread has brought about what runs now, as far as that did not `await`. */
export function isCalledBack(): boolean {
  const caller = currentCaller();
  return caller !== own && caller !== running;
}
