import { threadId } from 'node:worker_threads';
import { background, remoteModule, Timeout } from 'remoteobj';

const self = remoteModule<typeof import('./crews.js')>(import.meta.url);
const thread = { strategy: 'thread' } as const;

type Called = 'askForMore' | 'readLastFirst' | 'blockInLine';

/** Calls a function of this module two levels of background further down, where there is one worker, and four at most. */
export async function below(name: Called, count: number, levels = 2): Promise<unknown> {
  return levels === 0 ? functions[name](count) : await background(self.below, thread)(name, count, levels - 1);
}

/**
 * So many functions each wait for one more, which the code that started them asks for when as many as can run wait: how many came to
 * something, and what was thrown.
 */
async function askForMore(count: number): Promise<{ readonly sums: number; readonly errors: string[] }> {
  const add = background(self.add, thread);
  const ask = background(self.ask, thread);
  let running = 0;
  let begin = (): void => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const runs = (): Promise<void> => {
    if (++running === Math.min(count, 4)) begin();
    return begun;
  };
  const asking = Array.from({ length: count }, (_, i) => ask(runs, async () => (await add(i, 1)) as number));
  const outcomes = await Promise.allSettled(asking);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  return {
    sums: count - failed.length,
    errors: failed.map(({ reason }) => `${(reason as Error).name}: ${(reason as Error).message}`),
  };
}

/** Reads so many functions without `await`, the last first: what they gave, and how many threads they ran in. */
function readLastFirst(count: number): { readonly numbers: readonly number[]; readonly threads: number } {
  const where = background(self.where, thread);
  const futures = Array.from({ length: count }, (_, i) => where(i));
  const found = futures.reverse().map(({ value }) => value);
  return { numbers: found.map(({ n }) => n), threads: new Set(found.map((one) => one.thread)).size };
}

/** Waits without `await` for a function that has no worker before its time is up. */
async function blockInLine(count: number): Promise<readonly unknown[]> {
  const sleep = background(self.sleep, thread);
  const sleeping = Array.from({ length: count }, () => sleep(1000));
  const late = background(self.add, { ...thread, timeout: 100 })(1, 2).value === Timeout;
  return [late, ...(await Promise.all(sleeping))];
}

const functions = { askForMore, readLastFirst, blockInLine };

export function add(a: number, b: number): number {
  return a + b;
}

export async function ask(runs: () => Promise<void>, question: () => unknown): Promise<unknown> {
  await runs();
  return await question();
}

export function where(n: number): { readonly n: number; readonly thread: number } {
  return { n, thread: threadId };
}

export function sleep(milliseconds: number): string {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  return 'slept';
}
