/** What comes in a stream, by way of the event loop or past it, in its order: bytes become frames and markers. */
import { readSync } from 'node:fs';
import { FrameParser } from './framing.js';
import type { Inbox } from './inbox.js';
import { native } from './native.js';

/** Bytes taken from the kernel at a time, into one buffer that is used again and again. */
const readBytes = 64 * 1024;

export class IncomingBytes {
  readonly #buffer = Buffer.allocUnsafe(readBytes);
  readonly #inbox: Inbox;
  readonly #parser: FrameParser;

  constructor(maxFrameBytes: number, inbox: Inbox) {
    this.#inbox = inbox;
    this.#parser = new FrameParser(
      maxFrameBytes,
      (frame) => inbox.push({ frame }),
      (code) => inbox.push({ marker: code }),
    );
  }

  /** Memory for the next bytes that nobody else takes meanwhile: that of the part which is received, where there is one. */
  get room(): Uint8Array {
    return this.#parser.room ?? this.#buffer;
  }

  /** Memory for the next bytes when others may be taken before they come. */
  get spare(): Uint8Array {
    return this.#buffer;
  }

  /** So many bytes came, in `room` or `spare`. */
  took(count: number, buffer: Uint8Array): void {
    if (buffer === this.#buffer) return this.push(buffer.subarray(0, count));
    this.#try(() => this.#parser.received(count));
  }

  /** Bytes came, in memory of somebody else's. */
  push(bytes: Uint8Array): void {
    this.#try(() => this.#parser.push(bytes));
  }

  /** Reads from a descriptor, past the event loop: how many bytes came, 0 at the end, -1 when there is nothing now. */
  readNow(fd: number, into: Uint8Array): number {
    const calls = native();
    if (calls !== undefined) return calls.receive(fd, into);
    try {
      return readSync(fd, into);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'EAGAIN' || code === 'EINTR' ? -1 : 0;
    }
  }

  #try(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#inbox.push({ fault: error as Error });
    }
  }
}
