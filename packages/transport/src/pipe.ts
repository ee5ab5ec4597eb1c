import { Socket } from 'node:net';
import type { Frame, Peer, Receiver, Transport } from '@remoteobj/core';
import { Delivery } from './delivery.js';
import { HotPolling } from './hot-polling.js';
import { encodeFrame, endMarker, FrameParser } from './framing.js';
import { OutgoingBytes } from './outgoing-bytes.js';

/** Bytes of one frame, by default. */
const defaultFrameBytes = 256 * 1024 * 1024;
/** Bytes taken from the kernel at a time, into one buffer that is used again and again. */
const readBytes = 64 * 1024;

/** What a pipe is made of. */
export interface PipeParts {
  /** Node's own handle of a stream, or the number of a descriptor. */
  readonly handle?: unknown;
  readonly fd?: number;
  readonly peer: Peer;
  readonly maxFrameBytes?: number | undefined;
  /** Why the stream ended without the mark of an orderly end; default: the error, or that it was cut off. */
  readonly explain: (error: Error | undefined) => Promise<Error>;
}

/** Frames over a stream socket: a child's descriptor 3. */
export class PipeTransport implements Transport {
  readonly peer: Peer;
  readonly #delivery = new Delivery();
  readonly #buffer = Buffer.allocUnsafe(readBytes);
  readonly #socket: Socket;
  readonly #out: OutgoingBytes;
  readonly #parser: FrameParser;
  readonly #explain: PipeParts['explain'];
  readonly #hot = new HotPolling();
  readonly #gone: Promise<void>;
  #closing: Promise<void> | undefined;
  #error: Error | undefined;
  #explaining = false;

  constructor({ handle, fd, peer, maxFrameBytes = defaultFrameBytes, explain }: PipeParts) {
    this.peer = peer;
    this.#explain = explain;
    this.#parser = new FrameParser(
      maxFrameBytes,
      (frame) => this.#delivery.frame(frame),
      () => this.#endedByPeer(),
    );
    // `onread` spares a buffer and a stream event for each read; its types do not know `handle`.
    const options = {
      handle,
      fd,
      readable: true,
      writable: true,
      onread: { buffer: this.#into, callback: this.#read },
    };
    this.#socket = new Socket(options as unknown as ConstructorParameters<typeof Socket>[0]);
    const owned = (this.#socket as unknown as { _handle: object | null })._handle ?? {};
    this.#out = new OutgoingBytes(
      this.#socket,
      owned,
      () => this.#delivery.drained(),
      (error) => this.#broken(error),
    );
    this.#socket.on('error', (error) => this.#broken(error));
    this.#socket.on('end', () => this.#broken(undefined));
    this.#gone = new Promise((resolve) =>
      this.#socket.once('close', () => {
        this.#broken(undefined);
        resolve();
      }),
    );
    this.#socket.unref();
    this.#socket.resume();
  }

  send(frame: Frame): boolean {
    if (this.#closing !== undefined || this.#delivery.ended) return true;
    this.#hot.sent();
    return this.#out.write(encodeFrame(frame));
  }

  listen(receiver: Receiver): void {
    this.#delivery.listen(receiver);
  }

  keepAlive(on: boolean): void {
    if (on) this.#socket.ref();
    else this.#socket.unref();
  }

  close(reason?: Error): Promise<void> {
    return (this.#closing ??= this.#close(reason));
  }

  /** Writes what waits before it returns: this process is about to end. */
  flushSync(): void {
    if (!this.#delivery.ended) this.#out.flushSync();
  }

  async #close(reason: Error | undefined): Promise<void> {
    if (reason === undefined && !this.#delivery.ended && this.#error === undefined) {
      this.#out.write([endMarker()]);
      this.#socket.ref(); // until it is written
      await this.#out.flushed();
    }
    this.#end(reason);
    await this.#gone;
  }

  #end(reason: Error | undefined): void {
    this.#delivery.end(reason);
    this.#out.drop();
    this.#socket.destroy();
  }

  /** Node asks before each read. */
  readonly #into = (): Uint8Array => this.#parser.room ?? this.#buffer;

  readonly #read = (count: number, buffer: Uint8Array): boolean => {
    this.#hot.received();
    try {
      if (buffer === this.#buffer) this.#parser.push(buffer.subarray(0, count));
      else this.#parser.received(count);
    } catch (error) {
      this.#end(error as Error);
    }
    return true;
  };

  #endedByPeer(): void {
    // What the other side still has to read of ours does not matter to it any more.
    this.#end(undefined);
  }

  /** The stream ended, but nobody had said so. */
  #broken(error: Error | undefined): void {
    this.#error ??= error;
    if (this.#delivery.ended || this.#explaining) return;
    this.#explaining = true;
    this.#out.drop();
    void this.#explain(this.#error).then((reason) => this.#end(reason));
  }
}
