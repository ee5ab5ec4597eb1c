import { DeadlockError } from '@remoteobj/except';
import type { Settled, Work } from './work.js';

/** Runs a function of this thread. It cannot be stopped: when its time is up, what it comes to is dropped. */
export class HereWork implements Work {
  readonly elsewhere = false;
  readonly #run: () => unknown;
  readonly #name: string;

  constructor(name: string, fn: (...args: unknown[]) => unknown, args: readonly unknown[]) {
    this.#name = name;
    this.#run = () => fn(...args);
  }

  start(settle: (outcome: Settled) => void): void {
    new Promise((resolve) => resolve(this.#run())).then(
      (value) => settle({ failed: false, value }),
      (value: unknown) => settle({ failed: true, value }),
    );
  }

  block(): never {
    throw new DeadlockError(
      `${this.#name} runs in this thread, so it would never end while this thread waits for it: await it, or use { strategy: 'process' }`,
    );
  }

  async stop(): Promise<void> {}
}
