import PQueue from 'p-queue';
import { queueSize, stages, workers } from './pipelines.js';
import type { Side } from './work.js';

/** The same pipeline of p-queue's queues, one a stage, in one process. */
export async function queued(): Promise<Side> {
  const queues = Array.from({ length: stages }, () => new PQueue({ concurrency: workers }));
  const double = async (n: number): Promise<number> => n * 2;
  const through = async (item: number): Promise<void> => {
    let value = item;
    for (const queue of queues) {
      await queue.onSizeLessThan(queueSize);
      value = await queue.add(() => double(value));
    }
  };
  return {
    run: async (times) => {
      const start = performance.now();
      const under = new Set<Promise<void>>();
      for (let i = 0; i < times; i++) {
        await queues[0]?.onSizeLessThan(queueSize);
        const one = through(i);
        under.add(one);
        void one.then(() => under.delete(one));
      }
      await Promise.all(under);
      return performance.now() - start;
    },
    stop: async () => {},
  };
}
