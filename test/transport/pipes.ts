/** Two ends of a pipe in this process, which may share memory. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Frame, Receiver, Transport } from '@remoteobj/core';
import { openSharedFile, PipeTransport } from '@remoteobj/transport/internal';
import { descriptorOf, socketPair, takeHandle } from './socket-pair.js';

export interface Pipes {
  readonly a: PipeTransport;
  readonly b: PipeTransport;
  /** The number of the descriptor of `a`. */
  readonly fd: number;
  /** Puts a number into the memory that both share, `at` bytes from its beginning. */
  spoil(at: number, value: number): void;
  /** Gives back what the ends do not. */
  close(): void;
}

/** `explain`: what `a` says of a stream that was cut off; default: an error at once. */
export async function pipes(shares: boolean, explain?: () => Promise<Error>): Promise<Pipes> {
  const [one, two] = await socketPair();
  const fd = descriptorOf(one);
  const file = shares ? openSharedFile() : undefined;
  const again = (): number | undefined => (file === undefined ? undefined : openSync(`/dev/fd/${file}`, 'r+'));
  const [theirs, spoiled] = [again(), again()];
  const end = (socket: Socket, shared: number | undefined, offers: boolean): PipeTransport =>
    new PipeTransport({
      handle: takeHandle(socket),
      peer: 'same',
      shared,
      offers,
      explain: offers && explain !== undefined ? explain : async (error) => error ?? new Error('cut off'),
    });
  return {
    a: end(one, file, true),
    b: end(two, theirs, false),
    fd,
    spoil: (at, value) => void writeSync(spoiled as number, new Uint8Array(Int32Array.of(value).buffer), 0, 4, at),
    close() {
      if (spoiled !== undefined) closeSync(spoiled);
    },
  };
}

/** What came at one end. */
export class Received implements Receiver {
  readonly frames: Frame[] = [];
  readonly transport: Transport;
  /** Told to wait, and not yet of room. */
  waits = false;
  ended: { readonly reason: Error | undefined } | undefined;
  /** Done with each frame as it comes. */
  onFrame: (frame: Frame) => void = () => {};

  constructor(transport: Transport) {
    this.transport = transport;
    transport.listen(this);
  }

  send(head: number, ...blobs: number[]): void {
    const bytes = (size: number): Uint8Array => new Uint8Array(size).fill(size);
    if (!this.transport.send({ head: bytes(head), blobs: blobs.map(bytes) })) this.waits = true;
  }

  /** Looks without sleeping, and without a turn of the event loop, until something is so; false: it did not become so. */
  polls(until: () => boolean): boolean {
    const deadline = performance.now() + 20_000;
    while (!until() && performance.now() < deadline) this.transport.block?.(0);
    return until();
  }

  frame(frame: Frame): void {
    this.frames.push(frame);
    this.onFrame(frame);
  }

  drained(): void {
    this.waits = false;
  }

  closed(reason?: Error): void {
    this.ended = { reason };
  }
}
