import type { Frame, Receiver, Transport } from '@remoteobj/core';
import { Delivery } from './delivery.js';

/** Bytes on their way, above which `send` asks to wait. */
const highWater = 1024 * 1024;

/**
 * Two transports in one program, each the other's peer; for tests, and to use a remote's interface within one process.
 *
 * Frames are delivered in later tasks, never within `send`.
 */
export function memoryPair(): [Transport, Transport] {
  const a = new MemoryTransport();
  const b = new MemoryTransport();
  a.other = b;
  b.other = a;
  return [a, b];
}

class MemoryTransport implements Transport {
  readonly peer = 'same' as const;
  readonly #delivery = new Delivery();
  readonly #channel: Frame[] = [];
  other: MemoryTransport | undefined;
  #bytes = 0;
  #full = false;
  #scheduled = false;
  #closing = false;

  send(frame: Frame): boolean {
    if (this.#closing || this.#delivery.ended) return true;
    this.#channel.push(owned(frame));
    this.#bytes += sizeOf(frame);
    this.#schedule();
    if (this.#bytes <= highWater) return true;
    this.#full = true;
    return false;
  }

  listen(receiver: Receiver): void {
    this.#delivery.listen(receiver);
  }

  keepAlive(): void {} // nothing here that an event loop could wait for

  async close(reason?: Error): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const { other } = this;
    if (reason === undefined) this.#flush();
    else this.#delivery.end(reason);
    this.#channel.length = 0;
    await undefined;
    this.#delivery.end();
    other?.ended(reason);
  }

  arrived(frame: Frame): void {
    this.#delivery.frame(frame);
  }

  /** The other end closed. */
  ended(reason: Error | undefined): void {
    this.#closing = true;
    this.#delivery.end(reason);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void Promise.resolve().then(() => {
      this.#scheduled = false;
      if (!this.#delivery.ended) this.#flush();
    });
  }

  #flush(): void {
    for (const frame of this.#channel.splice(0)) this.other?.arrived(frame);
    this.#bytes = 0;
    if (!this.#full) return;
    this.#full = false;
    this.#delivery.drained();
  }
}

function sizeOf(frame: Frame): number {
  return frame.blobs.reduce((sum, blob) => sum + blob.byteLength, frame.head.byteLength);
}

/** What is moved is moved by handing it over; everything else is copied, as if it had left the process. */
function owned(frame: Frame): Frame {
  const moved = frame.transfer ?? [];
  const copy = (bytes: Uint8Array): Uint8Array =>
    moved.includes(bytes.buffer as ArrayBuffer) ? bytes : new Uint8Array(bytes);
  return { head: copy(frame.head), blobs: frame.blobs.map(copy) };
}
