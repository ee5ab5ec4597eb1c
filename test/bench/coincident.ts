import { Worker } from 'node:worker_threads';
import type { Side } from './work.js';

/** What is called here from a worker, which is the only direction in which coincident blocks (peers/coincident.mjs). */
const served = { add: (a: number, b: number, _text: string): number => a + b };
/** Calls before the first that counts. */
const warmUp = 3000;

/** Blocking calls of an event loop that has fallen asleep before each of them. */
export function coincidentIdle(pause: number): () => Promise<Side> {
  return side(pause, () => () => {});
}

/** Blocking calls of an event loop that is kept turning. */
export function coincidentBusy(): Promise<Side> {
  return side(0, () => {
    let turning = true;
    const turn = (): void => {
      if (turning) setImmediate(turn);
    };
    turn();
    return () => (turning = false);
  })();
}

function side(pause: number, busy: () => () => void): () => Promise<Side> {
  return async () => {
    // It is written for browsers: this is what it needs of them.
    Object.assign(globalThis, { Worker });
    const { default: coincident } = await import('coincident/main');
    const worker = new (coincident().Worker)(new URL('./peers/coincident.mjs', import.meta.url), { execArgv: [] });
    Object.assign(worker.proxy, served);
    const measure = worker.proxy['measure'] as (times: number, pause: number) => Promise<number>;
    await measure(warmUp, 0);
    return {
      run: async (times) => {
        const rest = busy();
        try {
          return await measure(times, pause);
        } finally {
          rest();
        }
      },
      stop: () => worker.terminate().then(() => {}),
    };
  };
}
