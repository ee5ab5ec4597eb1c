/** Frames over a pair of rings in shared memory: the same between threads and between processes. */
import type { Frame } from '@remoteobj/core';
import { FrameParser, marker } from './framing.js';
import { aligned, alignment, ringHeader, RingReader, RingWriter, Sleep } from './ring.js';

/** Bytes of each ring: enough for a frame of a megabyte to pass without waiting much, little enough to stay in a processor's cache. */
const ringSize = 1024 * 1024;
/** Bytes of memory that a pair takes. */
export const pairBytes: number = 2 * (ringHeader + ringSize);
/** Bytes waiting, above which the sender should wait. */
const highWater = 1024 * 1024;
/** Bytes that must be free before the writer goes on; fewer would mean to be woken for each of them. */
const worthwhile = ringSize / 4;
/** Bytes that are shown to the reader at a time, so that it copies some out while the next are copied in. */
const piece = 128 * 1024;
const zeros = new Uint8Array(alignment);

/** What a link of rings needs of its transport. */
export interface RingOwner {
  readonly maxFrameBytes: number;
  /** Wakes the other side, which sleeps in this way; `awake`: it waits for room, in either way. */
  bell(how: Sleep): void;
  frame(frame: Frame): void;
  /** A marker of the framing came. May throw `ProtocolError`. */
  marked(code: number): void;
}

export class RingLink {
  readonly #owner: RingOwner;
  readonly #writer: RingWriter;
  readonly #reader: RingReader;
  readonly #parser: FrameParser;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #full = false;
  /** Bytes of a head that may be taken out in one piece. */
  readonly #mostWhole: number;

  /** `side` 0 writes the first ring and reads the second, side 1 the other way round. */
  constructor(memory: ArrayBufferLike, side: 0 | 1, owner: RingOwner) {
    const offsets = [0, ringHeader + ringSize] as const;
    this.#owner = owner;
    this.#mostWhole = Math.min(ringSize, owner.maxFrameBytes + 1);
    this.#writer = new RingWriter(memory, offsets[side], ringSize);
    this.#reader = new RingReader(memory, offsets[side === 0 ? 1 : 0], ringSize);
    this.#parser = new FrameParser(
      owner.maxFrameBytes,
      (frame) => owner.frame(frame),
      (code) => owner.marked(code),
      alignment,
    );
  }

  /** Whether there is something to read; cheap. */
  get pending(): boolean {
    return this.#reader.pending;
  }

  /** Whether there are bytes that did not fit yet. */
  get unsent(): boolean {
    return this.#queued > 0;
  }

  /** Puts a frame in, or queues what does not fit; false: wait until `flush` says that there is room. */
  send({ head, blobs }: Frame): boolean {
    if (this.#queue.length === 0 && blobs.length === 0) {
      const total = alignment + aligned(head.length);
      if (total <= this.#writer.room) {
        this.#writer.putPair(head.length, 0);
        this.#writer.put(head);
        this.#writer.pad();
        this.#publish();
        return true;
      }
    }
    const lengths = new Uint8Array(aligned(8 + 4 * blobs.length));
    const view = new DataView(lengths.buffer);
    view.setUint32(0, head.length, true);
    view.setUint32(4, blobs.length, true);
    blobs.forEach((blob, i) => view.setUint32(8 + 4 * i, blob.byteLength, true));
    this.#push(lengths);
    for (const part of [head, ...blobs]) this.#push(part);
    this.#flushUnlessFull();
    // What did not fit belongs to somebody else, who may change it afterwards.
    if (this.#queue.length > 0)
      this.#queue = this.#queue.map((part) =>
        blobs.some(({ buffer }) => buffer === part.buffer) ? part.slice() : part,
      );
    if (this.#queued > highWater) this.#full = true;
    return !this.#full;
  }

  /** Sends a marker of the framing. */
  mark(code: number): void {
    this.#push(marker(code));
    this.#flushUnlessFull();
  }

  /** Wakes the other side if it sleeps: something came for it on another way. */
  knock(): void {
    const how = this.#writer.sleeper();
    if (how !== Sleep.awake) this.#owner.bell(how);
  }

  /** Puts in what waits, as far as there is room; true: the sender, who was told to wait, may go on. */
  flush(): boolean {
    while (this.#queue.length > 0) {
      const part = this.#queue[0] as Uint8Array;
      const { room } = this.#writer;
      const size = Math.min(room, part.length, piece);
      if (size > 0) {
        this.#writer.put(size === part.length ? part : part.subarray(0, size));
        this.#queued -= size;
        if (size === part.length) this.#queue.shift();
        else this.#queue[0] = part.subarray(size);
        this.#publish();
      } else if (this.#writer.awaitRoom(Math.min(worthwhile, this.#queued))) {
        break;
      }
    }
    if (!this.#full || this.#queued > highWater / 2) return false;
    this.#full = false;
    return true;
  }

  /** Takes out what is there, frame by frame; true: there was something. Throws `ProtocolError` for rubbish. */
  receive(): boolean {
    if (!this.#reader.pending) return false;
    for (let count = this.#reader.available; count > 0; count = this.#reader.available) this.#take(count);
    return true;
  }

  /** Says that this side sleeps and must be rung for; false: something came meanwhile. */
  sleep(how: Sleep): boolean {
    if (!this.#reader.sleep(how)) return false;
    if (this.#queued === 0 || this.#writer.awaitRoom(Math.min(worthwhile, this.#queued))) return true;
    this.#reader.wake(); // there is room by now
    return false;
  }

  wake(): void {
    this.#reader.wake();
  }

  /** A sender who was told to wait is told of room by `flush` alone, which is called when the other side rings. */
  #flushUnlessFull(): void {
    if (!this.#full) this.flush();
  }

  #take(count: number): void {
    const reader = this.#reader;
    if (this.#parser.between) {
      const head = reader.number(0);
      const total = alignment + aligned(head);
      if (head < this.#mostWhole && total <= count && reader.number(4) === 0) {
        const bytes = new Uint8Array(head);
        reader.copy(alignment, bytes);
        this.#advance(total);
        return this.#owner.frame({ head: bytes, blobs: [] });
      }
    }
    const piece = reader.piece(count);
    this.#parser.push(piece);
    this.#advance(piece.length);
  }

  #advance(count: number): void {
    if (this.#reader.advance(count)) this.#owner.bell(Sleep.awake);
  }

  #publish(): void {
    const how = this.#writer.publish();
    if (how !== Sleep.awake) this.#owner.bell(how);
  }

  #push(bytes: Uint8Array): void {
    const padding = aligned(bytes.length) - bytes.length;
    if (bytes.length > 0) this.#queue.push(bytes);
    if (padding > 0) this.#queue.push(zeros.subarray(0, padding));
    this.#queued += bytes.length + padding;
  }
}
