import { Worker } from 'node:worker_threads';
import { queueSize, stages, stageUrl, workers } from './pipelines.js';
import type { Side } from './work.js';

/** A pipeline of worker threads as one writes it by hand: queues here, and each idle worker is sent the next item. */
export async function handWritten(): Promise<Side> {
  let finished = (): void => {};
  const last = (): Promise<void> => {
    finished();
    return Promise.resolve();
  };
  const all: Stage[] = [];
  for (let i = stages - 1; i >= 0; i--) {
    const next = all[0];
    all.unshift(new Stage(next === undefined ? last : (item) => next.put(item)));
  }
  const [first] = all as [Stage];
  return {
    run: async (times) => {
      const start = performance.now();
      let missing = times;
      const done = new Promise<void>((resolve) => (finished = () => --missing === 0 && resolve()));
      for (let i = 0; i < times; i++) await first.put(i);
      await done;
      return performance.now() - start;
    },
    stop: async () => {
      for (const stage of all) await stage.stop();
    },
  };
}

class Stage {
  readonly #workers = Array.from(
    { length: workers },
    () => new Worker(stageUrl, { workerData: 'hand-written', execArgv: [] }),
  );
  readonly #idle = [...this.#workers];
  readonly #waiting: number[] = [];
  readonly #putting: (() => void)[] = [];

  constructor(pass: (item: number) => Promise<void>) {
    for (const worker of this.#workers) worker.on('message', (item: number) => void this.#made(worker, item, pass));
  }

  /** Waits for room. */
  async put(item: number): Promise<void> {
    while (this.#waiting.length >= queueSize) await new Promise<void>((resolve) => this.#putting.push(resolve));
    this.#waiting.push(item);
    this.#handOut();
  }

  async stop(): Promise<void> {
    for (const worker of this.#workers) await worker.terminate();
  }

  /** A worker gets its next item when what it made has found room in the next stage. */
  async #made(worker: Worker, item: number, pass: (item: number) => Promise<void>): Promise<void> {
    await pass(item);
    this.#idle.push(worker);
    this.#handOut();
  }

  #handOut(): void {
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      this.#idle.shift()?.postMessage(this.#waiting.shift());
      this.#putting.shift()?.();
    }
  }
}
