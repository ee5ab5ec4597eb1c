import { connectionOf, get, sync, type ConnectionStats, type RemoteView } from '@remoteobj/core';
import type { Spawned } from '@remoteobj/process';
import type { Candidate } from './crew-line.js';

/** What serves the functions there. */
export type BackgroundModule = typeof import('./entry/background.js');

/** A process or thread that runs one function at a time. */
export class Worker {
  readonly spawned: Spawned<BackgroundModule>;
  /** Runs out when it has had nothing to do for long. */
  idle: ReturnType<typeof setTimeout> | undefined;
  /** What runs there. */
  work: Candidate | undefined;
  /** Numbers of functions that are known there; undefined until it has told. */
  readonly #numbers = new WeakMap<object, number | undefined>();

  constructor(spawned: Spawned<BackgroundModule>, level: number) {
    this.spawned = spawned;
    spawned.remote.prepare(level).catch(() => {}); // the first function fails with the same error
  }

  /** Whether objects that live there are in use here. */
  get isInUse(): boolean {
    return this.spawned.alive && this.#stats.imported > 0;
  }

  /** Whether what runs there has called something here that has not ended. */
  get waitsHere(): boolean {
    return this.#stats.running > 0;
  }

  /** Whether nothing that was asked of it is open. */
  get hasAnswered(): boolean {
    return this.#stats.pending === 0;
  }

  get #stats(): ConnectionStats {
    return connectionOf(this.spawned.remote).stats();
  }

  /** Takes in what comes from anywhere, for so many milliseconds, without turning the event loop. */
  block(milliseconds: number): void {
    try {
      get(sync(this.spawned.remote.pause(milliseconds), { timeout: milliseconds, pump: 'all' }));
    } catch {} // time is up, or it died, of which its work will tell
  }

  /** Calls a function there. */
  run(fn: object, args: readonly unknown[]): RemoteView<unknown> {
    const { remote } = this.spawned;
    const number = this.#numbers.get(fn);
    if (number !== undefined) return remote.rerun(number, ...(args as never[]));
    if (!this.#numbers.has(fn)) {
      this.#numbers.set(fn, undefined);
      remote.remember(fn as never).then(
        (known) => this.#numbers.set(fn, known),
        () => {}, // the call fails with the same error
      );
    }
    return remote.run(fn as never, ...(args as never[])); // a view stands for its value
  }
}
