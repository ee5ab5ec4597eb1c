/** Milliseconds for which quick functions may keep the event loop from turning. */
const longest = 10;

let turnedAt = performance.now();
let turning: Promise<void> | undefined;

/** Lets the event loop turn, if it has not for long; else nothing is to be awaited. */
export function turnIfDue(): Promise<void> | undefined {
  if (turning !== undefined || performance.now() - turnedAt < longest) return turning;
  return (turning = new Promise((resolve) => {
    setImmediate(() => {
      turnedAt = performance.now();
      turning = undefined;
      resolve();
    });
  }));
}
