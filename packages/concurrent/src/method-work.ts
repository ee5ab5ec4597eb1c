import { withOptions, type RemoteView } from '@remoteobj/core';
import { blockOn, type Settled, type Work } from './work.js';

type Method = (...args: readonly unknown[]) => RemoteView<unknown>;

/** Calls a method of a remote, which runs in the background by itself. Stopping cancels the call. */
export class MethodWork implements Work {
  readonly elsewhere = true;
  readonly #cancel = new AbortController();
  readonly #call: () => RemoteView<unknown>;
  #running: RemoteView<unknown> | undefined;

  constructor(method: Method, args: readonly unknown[]) {
    this.#call = () => withOptions(method, { signal: this.#cancel.signal })(...args);
  }

  start(settle: (outcome: Settled) => void): void {
    this.#running = this.#call();
    this.#running.then(
      (value) => settle({ failed: false, value }),
      (value: unknown) => settle({ failed: true, value }),
    );
  }

  block(milliseconds: number | undefined): Settled | undefined {
    return blockOn(this.#running as RemoteView<unknown>, milliseconds); // there since the start
  }

  async stop(): Promise<void> {
    this.#cancel.abort();
  }
}
