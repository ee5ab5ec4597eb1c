import { createSyncFn } from 'synckit';
import { blocking } from './blocking-side.js';
import type { Side } from './work.js';

type Call = (a: number | 'turn' | 'rest', b?: number, text?: string) => Promise<number>;

/** Synckit's worker thread; it has no way to end it, so all lines share one. */
function call(): (...args: Parameters<Call>) => number {
  return createSyncFn<Call>(new URL('./peers/synckit.mjs', import.meta.url), { execArgv: [] });
}

/** Blocking calls of a worker that has fallen asleep before each of them. */
export function synckitIdle(pause: number): () => Promise<Side> {
  return async () => {
    const add = call();
    return blocking(
      (i) => add(i, 2.5, 'hello'),
      async () => {},
      { pause },
    );
  };
}

/** Blocking calls of a worker whose event loop is kept turning, which is as busy as it can be and still answer. */
export async function synckitBusy(): Promise<Side> {
  const add = call();
  return blocking(
    (i) => add(i, 2.5, 'hello'),
    async () => {},
    { before: () => add('turn'), after: () => add('rest') },
  );
}
