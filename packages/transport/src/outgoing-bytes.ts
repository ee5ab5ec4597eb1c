/**
 * Bytes on their way into a descriptor. Small frames are written at once, by a system call of our own; what does not fit waits
 * here and is handed to the socket piece by piece, so that it is always known what is still unwritten.
 *
 * Proved by test/bench (small calls, child process): writing at once saves a turn of the event loop.
 */
import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Bytes waiting, above which the sender should wait. */
const highWater = 1024 * 1024;
/** What is handed to the socket at a time. */
const piece = 256 * 1024;
/** Bytes written in one go, so that the event loop goes on turning. */
const mostNow = 4 * 1024 * 1024;
/**
 * How often a large part finds the descriptor full before the socket takes over. The other end is reading meanwhile, and an
 * attempt (some 10 microseconds) is cheaper than to sleep and be woken for each piece that the kernel has room for.
 */
const attempts = 40;
/** Turns of the event loop after which a full descriptor is left alone for a millisecond. */
const restAfter = 4;

/** What Node's stream handles have on Unix; not documented, so everything else works without. */
interface Handle {
  readonly fd?: number;
}

export class OutgoingBytes {
  readonly #socket: Socket;
  readonly #handle: Handle;
  readonly #onDrained: () => void;
  readonly #onError: (error: Error) => void;
  #queue: Uint8Array[] = [];
  #queued = 0;
  /** What the socket was handed and has not reported as written. */
  #handed: Uint8Array | undefined;
  #full = false;
  #idle: (() => void)[] = [];
  #retry: ReturnType<typeof setTimeout> | ReturnType<typeof setImmediate> | undefined;
  #turns = 0;

  constructor(socket: Socket, handle: Handle, onDrained: () => void, onError: (error: Error) => void) {
    this.#socket = socket;
    this.#handle = handle;
    this.#onDrained = onDrained;
    this.#onError = onError;
  }

  /** Writes or queues; false: wait for `onDrained` before writing much more. */
  write(parts: readonly Uint8Array[]): boolean {
    for (const part of parts) {
      const rest = this.#queue.length === 0 && this.#handed === undefined ? this.#writeNow(part) : part;
      if (rest === undefined || rest.byteLength === 0) continue;
      this.#queue.push(rest.slice()); // it belongs to somebody else, who may change it afterwards
      this.#queued += rest.byteLength;
    }
    if (this.#queue.length > 0) this.#later();
    if (this.#queued > highWater) this.#full = true;
    return !this.#full;
  }

  /** Resolves when everything was written, or can no longer be. */
  flushed(): Promise<void> {
    if (this.#queue.length === 0 && this.#handed === undefined) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Forgets what waits. */
  drop(): void {
    clearTimeout(this.#retry as ReturnType<typeof setTimeout>);
    clearImmediate(this.#retry as ReturnType<typeof setImmediate>);
    this.#retry = undefined;
    this.#queue = [];
    this.#queued = 0;
    this.#handed = undefined;
    for (const done of this.#idle.splice(0)) done();
  }

  /** What could not be written at once; undefined: nothing is left. */
  #writeNow(part: Uint8Array): Uint8Array | undefined {
    const { fd } = this.#handle;
    if (fd === undefined || fd < 0) return part;
    let rest = part;
    let patience = part.byteLength > piece ? attempts : 0;
    for (let most = mostNow; most > 0;) {
      try {
        const written = writeSync(fd, rest, 0, Math.min(rest.byteLength, most));
        if (written === rest.byteLength) return undefined;
        rest = rest.subarray(written);
        most -= written;
      } catch (error) {
        if (!isFull(error)) {
          this.#onError(error as Error);
          return undefined;
        }
        if (patience-- === 0) return rest;
      }
    }
    return rest;
  }

  /** Writes what waits as far as there is room now; the event loop need not turn. */
  writeMore(): void {
    while (this.#handed === undefined && this.#queue[0] !== undefined) {
      const part = this.#queue[0];
      const rest = this.#writeNow(part);
      this.#queued -= part.byteLength - (rest?.byteLength ?? 0);
      if (rest !== undefined) {
        this.#queue[0] = rest;
        return;
      }
      this.#queue.shift();
    }
    if (this.#handed === undefined) this.#settle();
  }

  /** Whether bytes wait. */
  get unsent(): boolean {
    return this.#queue.length > 0 || this.#handed !== undefined;
  }

  /**
   * Goes on later. Where there is a descriptor the bytes stay here, so that a blocking call can write them: what the socket was
   * handed can only be written by the event loop.
   */
  #later(): void {
    const { fd } = this.#handle;
    if (fd === undefined || fd < 0) return this.#hand();
    if (this.#retry !== undefined) return;
    const again = (): void => {
      this.#retry = undefined;
      this.writeMore();
      if (this.#queue.length > 0) this.#later();
    };
    this.#retry = ++this.#turns % restAfter === 0 ? setTimeout(again, 1) : setImmediate(again);
  }

  #hand(): void {
    if (this.#handed !== undefined) return;
    const first = this.#queue[0];
    if (first === undefined) return this.#settle();
    const now = first.byteLength > piece ? first.subarray(0, piece) : first;
    if (now === first) this.#queue.shift();
    else this.#queue[0] = first.subarray(piece);
    this.#queued -= now.byteLength;
    this.#handed = now;
    this.#socket.write(now, (error) => {
      if (error) return; // the socket's own 'error' tells
      this.#handed = undefined;
      this.#hand();
    });
  }

  #settle(): void {
    for (const done of this.#idle.splice(0)) done();
    if (!this.#full || this.#queued > highWater / 2) return;
    this.#full = false;
    this.#onDrained();
  }
}

function isFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR';
}
