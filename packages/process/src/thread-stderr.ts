import { inspect } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { StderrTail } from '@remoteobj/transport';

/** Bytes that are kept: as many as of a process. */
const keep = 4096;

/**
 * The end of what a thread wrote to its standard error. An error that nothing catches there ends it, and is written to standard error as
 * Node does it for a process: there may be no call that could tell of it.
 */
export class ThreadStderr {
  #thrown = '';
  readonly #written: StderrTail;

  constructor(worker: Worker, name: string) {
    // Node passes it on to this process's; the option `stderr: true` would make each reader hold the event loop.
    this.#written = new StderrTail(worker.stderr);
    worker.on('error', (error: unknown) => {
      this.#thrown = `Uncaught in ${name}:\n${inspect(error)}\n`;
      process.stderr.write(this.#thrown);
    });
  }

  /** An error ended it. */
  get threw(): boolean {
    return this.#thrown !== '';
  }

  get text(): string {
    return Buffer.from(this.#written.text + this.#thrown)
      .subarray(-keep)
      .toString('utf8');
  }
}
