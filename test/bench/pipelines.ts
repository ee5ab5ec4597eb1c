import { pipeline, remoteModule, type Pipeline } from 'remoteobj';
import type { Side } from './work.js';

/** What each stage does, and how many do it; the same for all sides. */
export const stages = 3;
export const workers = 2;
/** Items that may wait before a stage. */
export const queueSize = 16;

/** Where the function of a stage is: `double`. */
export const stageUrl: URL = new URL('./peers/stage.mjs', import.meta.url);
const module = remoteModule<{ double(n: number): number }>(stageUrl);

/** Our pipeline of worker threads. */
export async function pipelineOfThreads(): Promise<Side> {
  const stage = { fn: module.double, workers, queueSize, strategy: 'thread' } as const;
  return side(pipeline(Array.from({ length: stages }, (_, i) => ({ ...stage, name: `stage ${i}` }))));
}

/** Our pipeline of functions of this process. */
export async function pipelineHere(): Promise<Side> {
  const stage = { fn: async (n: number) => n * 2, workers, queueSize };
  return side(pipeline(Array.from({ length: stages }, (_, i) => ({ ...stage, name: `stage ${i}` }))));
}

/** Puts and reads at the same time, as many as it is told; the pipeline itself stays. */
function side(pipe: Pipeline<number, unknown>): Side {
  const results = pipe[Symbol.asyncIterator]();
  return {
    run: async (times) => {
      const start = performance.now();
      const putting = putAll(pipe, times);
      for (let i = 0; i < times; i++) await results.next();
      await putting;
      return performance.now() - start;
    },
    stop: () => pipe.stop(),
  };
}

async function putAll(pipe: Pipeline<number, unknown>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await pipe.put(i);
}
