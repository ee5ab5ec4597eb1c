import { setTimeout as delay } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import type { NonBlocking } from '@remoteobj/concurrent';
import { set, sync, type Remote } from '@remoteobj/core';

/** A device with a driver that blocks. */
export class Device {
  static model = 'D1';
  static list(): string[] {
    return [`${Device.model}-a`, `${Device.model}-b`];
  }

  gain = 1;
  options: { readonly fast: boolean } | undefined = { fast: true };
  readonly log: string[] = [];
  readonly #name: string;

  constructor(name: string, gain = 1) {
    if (name === '') throw new RangeError('a device needs a name');
    if (name === 'stuck') for (;;);
    this.#name = name;
    this.gain = gain;
  }

  get name(): string {
    return this.#name;
  }

  get place(): string {
    return `${process.pid}/${threadId}`;
  }

  /** Blocks its thread. */
  snap(milliseconds: number): string {
    this.log.push(`snap ${milliseconds}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    this.log.push(`snapped ${milliseconds}`);
    return `${this.#name}: ${milliseconds * this.gain}`;
  }

  /** Blocks its thread until `begin` lets it go on. */
  block(begin: () => Promise<void>): string {
    sync(begin)();
    return this.place;
  }

  /** Takes its time without blocking. */
  async move(milliseconds: number): Promise<number> {
    this.log.push(`move ${milliseconds}`);
    await delay(milliseconds);
    this.log.push(`moved ${milliseconds}`);
    return milliseconds;
  }

  /** Tells something while it works. */
  count(to: number, tell: (n: number) => unknown): number {
    for (let n = 1; n <= to; n++) tell(n);
    return to;
  }

  /** Waits until `let` lets it go on, and tells where it ran. */
  async meet(begin: () => Promise<void>): Promise<string> {
    await begin();
    return this.place;
  }

  get me(): this {
    return this;
  }

  itself(): this {
    return this;
  }

  async itselfLater(): Promise<this> {
    return this;
  }

  axis(): Axis {
    return new Axis();
  }

  fail(): never {
    throw Object.assign(new RangeError('too hot'), { temperature: 90 });
  }

  /** Has a function of its own as long as it listens. */
  listen(on: boolean): void {
    this.onClose = on ? () => {} : undefined;
  }

  die(): never {
    process.exit(3);
  }

  /** Tells that it begins, and never comes back. */
  hang(begun: () => void): void {
    sync(begun)();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }

  /** Writes to a place where the other side can look after its end. */
  async close(): Promise<void> {
    await this.onClose?.(this.#name);
  }

  onClose: ((name: string) => unknown) | undefined;
}

/** What another process does with a device that it was given. */
export async function useDevice(device: Device): Promise<unknown[]> {
  const remote = device as unknown as Remote<NonBlocking<Device>>;
  await set(remote.gain, 3);
  return [await remote.snap(1), await remote.nb_snap(2), await remote.gain];
}

class Axis {
  position = 0;
  go(to: number): number {
    return (this.position = to);
  }
}
