import type { Frame, Receiver, Transport } from '@remoteobj/core';

/** What a faulty receiver of the contract throws; it surfaces as an unhandled rejection, which the runner should expect. */
export class ReceiverFault extends Error {
  override readonly name = 'ReceiverFault';
}

/** What came. */
export interface Received {
  readonly frames: readonly Frame[];
  /** Resolves at the end. */
  readonly closed: Promise<void>;
  readonly ends: number;
  readonly reason: Error | undefined;
  readonly drains: number;
  /** Resolves when so many frames have come. */
  count(number: number): Promise<void>;
  /** Resolves when there was room again so many times. */
  drained(number: number): Promise<void>;
}

/** Listens and keeps everything, and the event loop as well. `on` is what the receiver does besides. */
export function receive(transport: Transport, on: Partial<Receiver> = {}): Received {
  transport.keepAlive(true);
  return receiveIdly(transport, on);
}

/** The same, but does not keep the event loop. */
export function receiveIdly(transport: Transport, on: Partial<Receiver> = {}): Received {
  const state = { frames: [] as Frame[], ends: 0, drains: 0, reason: undefined as Error | undefined };
  const [frames, drains] = [new Counter(), new Counter()];
  let end = (): void => {};
  const closed = new Promise<void>((resolve) => (end = resolve));
  transport.listen({
    frame(frame) {
      state.frames.push(frame);
      frames.up();
      on.frame?.(frame);
    },
    drained() {
      state.drains++;
      drains.up();
      on.drained?.();
    },
    closed(reason) {
      state.ends++;
      state.reason = reason;
      end();
      on.closed?.(reason);
    },
  });
  const count = (number: number): Promise<void> => frames.reaches(number);
  return Object.assign(state, { closed, count, drained: (number: number) => drains.reaches(number) });
}

/** A frame that carries a number. */
export function numbered(number: number, ...blobs: Uint8Array[]): Frame {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, number);
  return { head, blobs };
}

/** The number; -1: there is no frame. */
export function readNumber(frame: Frame | undefined): number {
  if (frame === undefined) return -1;
  return new DataView(frame.head.buffer, frame.head.byteOffset, 4).getUint32(0);
}

class Counter {
  #value = 0;
  #waiting: { readonly number: number; readonly done: () => void }[] = [];

  up(): void {
    this.#value++;
    for (const { number, done } of this.#waiting) if (this.#value >= number) done();
  }

  reaches(number: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#value >= number) resolve();
      else this.#waiting.push({ number, done: resolve });
    });
  }
}
