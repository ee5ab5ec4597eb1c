import type { Side } from './work.js';

/** Operations before the first that counts. */
const blockingWarmUp = 3000;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** How `blocking` goes about it. */
export interface BlockingOptions {
  /** Milliseconds that this thread sleeps before each operation, so that the other end falls asleep too; they do not count. */
  readonly pause?: number;
  /** Done around each slice; does not count. */
  readonly before?: () => void;
  readonly after?: () => void;
}

/** A side that blocks in one operation after the other. Warmed up, because slices with pauses are short. */
export function blocking(
  operation: (i: number) => unknown,
  stop: () => Promise<void>,
  { pause = 0, before, after }: BlockingOptions = {},
): Side {
  for (let i = 0; i < blockingWarmUp; i++) operation(i);
  return {
    run: async (times) => {
      before?.();
      let total = 0;
      for (let i = 0; i < times; i++) {
        if (pause > 0) Atomics.wait(sleeper, 0, 0, pause);
        const start = performance.now();
        operation(i);
        total += performance.now() - start;
      }
      after?.();
      return total;
    },
    stop,
  };
}
