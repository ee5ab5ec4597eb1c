/**
 * Frames on a stream of bytes. All numbers are unsigned, 32 bits, little-endian:
 *
 *     head length | number of blobs | length of each blob … | head | blobs …
 *
 * A head length of 0xFFFFFFFF, with no blobs, is the orderly end of the link: a stream that ends without it was cut off. The
 * lengths from 0xFFFFFFF0 to 0xFFFFFFF4 are markers, too, by which the two ends agree on memory that they share. In such memory each part
 * starts at a multiple of eight bytes.
 */
import { ProtocolError } from '@remoteobj/except';
import type { Frame } from '@remoteobj/core';

/** The orderly end. */
export const END = 0xffffffff;
/** The sender has memory to share. */
export const OFFER = 0xfffffff0;
/** What the sender sends from here on is in the shared memory; the stream only carries bells. */
export const SWITCH = 0xfffffff1;
/** The sender would like an offer. */
export const WANT = 0xfffffff2;
/** The offered memory cannot be used. */
export const REFUSE = 0xfffffff3;
/** The next frame comes beside the shared memory. */
export const BESIDE = 0xfffffff4;
const markers: ReadonlySet<number> = new Set([END, OFFER, SWITCH, WANT, REFUSE, BESIDE]);
const mostBlobs = 65_536;
/** Bytes from which a part is received straight into its own memory. */
const largePart = 64 * 1024;
const empty = new Uint8Array(0);

/** The bytes of a marker. */
export function marker(code: number): Uint8Array {
  return header(code, []);
}

/** A frame as the pieces to write, large ones not copied. */
export function encodeFrame({ head, blobs }: Frame): Uint8Array[] {
  const start = header(head.byteLength, blobs);
  if (head.byteLength > 64 * 1024) return [start, head, ...blobs];
  const small = new Uint8Array(start.byteLength + head.byteLength);
  small.set(start);
  small.set(head, start.byteLength);
  return blobs.length === 0 ? [small] : [small, ...blobs];
}

function header(headLength: number, blobs: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(8 + 4 * blobs.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headLength, true);
  view.setUint32(4, blobs.length, true);
  blobs.forEach((blob, i) => view.setUint32(8 + 4 * i, blob.byteLength, true));
  return bytes;
}

/**
 * Turns pieces of a stream into whole frames. Lengths are checked before memory is taken; large parts are received straight into
 * the memory they end up in.
 */
export class FrameParser {
  readonly #most: number;
  readonly #onFrame: (frame: Frame) => void;
  readonly #onMarker: (code: number) => void;
  readonly #alignment: number;
  /** Bytes that only fill up to the alignment. */
  #padding = 0;
  #target: Uint8Array = new Uint8Array(8);
  #filled = 0;
  #stage: 'header' | 'lengths' | 'head' | 'blob' | 'ended' = 'header';
  #headLength = 0;
  #lengths: number[] = [];
  #head: Uint8Array = new Uint8Array(0);
  #blobs: Uint8Array[] = [];

  /** `onMarker` may throw; after the markers END and SWITCH the stream is not read any further. */
  constructor(
    mostBytes: number,
    onFrame: (frame: Frame) => void,
    onMarker: (code: number) => void,
    alignment: number = 1,
  ) {
    this.#most = mostBytes;
    this.#onFrame = onFrame;
    this.#onMarker = onMarker;
    this.#alignment = alignment;
  }

  /** Whether the next byte begins a frame. */
  get between(): boolean {
    return this.#stage === 'header' && this.#filled === 0 && this.#padding === 0;
  }

  /** Where the next bytes of the stream may be received without a copy, if they belong to a large part; else undefined. */
  get room(): Uint8Array | undefined {
    return this.#padding > 0 || this.#target.length - this.#filled < largePart
      ? undefined
      : this.#target.subarray(this.#filled);
  }

  /** So many bytes were received in what `room` gave last. Throws `ProtocolError` for rubbish. */
  received(count: number): void {
    this.#filled += count;
    if (this.#filled === this.#target.length) this.push(empty);
  }

  /** Takes the next bytes of the stream; they may be reused afterwards. Throws `ProtocolError` for rubbish. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (this.#stage !== 'ended' && (at < chunk.length || this.#filled === this.#target.length)) {
      if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, chunk.length - at);
        at += skipped;
        this.#padding -= skipped;
        if (this.#padding > 0) return;
        continue;
      }
      const size = Math.min(this.#target.length - this.#filled, chunk.length - at);
      if (size > 0) this.#target.set(chunk.subarray(at, at + size), this.#filled);
      at += size;
      this.#filled += size;
      if (this.#filled === this.#target.length) this.#advance();
    }
  }

  #advance(): void {
    switch (this.#stage) {
      case 'header':
        return this.#startFrame();
      case 'lengths': {
        const view = new DataView(this.#target.buffer);
        this.#lengths = Array.from({ length: this.#target.length / 4 }, (_, i) => view.getUint32(4 * i, true));
        return this.#startHead();
      }
      case 'head':
        this.#head = this.#target;
        return this.#nextBlob();
      case 'blob':
        this.#blobs.push(this.#target);
        return this.#nextBlob();
      case 'ended':
        return;
      default:
        this.#stage satisfies never;
    }
  }

  #startFrame(): void {
    const view = new DataView(this.#target.buffer);
    this.#headLength = view.getUint32(0, true);
    const blobs = view.getUint32(4, true);
    this.#lengths = [];
    this.#blobs = [];
    if (blobs === 0 && markers.has(this.#headLength)) return this.#marker(this.#headLength);
    if (blobs > mostBlobs)
      throw new ProtocolError(`a frame announces ${blobs} blobs; at most ${mostBlobs} are allowed`);
    if (this.#headLength > this.#most) throw this.#tooLong(this.#headLength);
    if (blobs > 0) this.#expect('lengths', 4 * blobs);
    else this.#startHead();
  }

  #marker(code: number): void {
    if (code === END || code === SWITCH) this.#stage = 'ended';
    else this.#expect('header', 8);
    this.#onMarker(code);
  }

  #startHead(): void {
    const total = this.#lengths.reduce((sum, length) => sum + length, this.#headLength);
    if (total > this.#most) throw this.#tooLong(total);
    this.#expect('head', this.#headLength);
  }

  #nextBlob(): void {
    const length = this.#lengths[this.#blobs.length];
    if (length !== undefined) return this.#expect('blob', length);
    const frame = { head: this.#head, blobs: this.#blobs };
    this.#expect('header', 8);
    this.#onFrame(frame);
  }

  #expect(stage: 'header' | 'lengths' | 'head' | 'blob', length: number): void {
    // With lengths, it is header and lengths together that are filled up.
    const passed = this.#stage === 'lengths' ? 8 + this.#target.length : this.#target.length;
    if (stage !== 'lengths') this.#padding = (this.#alignment - (passed % this.#alignment)) % this.#alignment;
    this.#stage = stage;
    this.#target = length < largePart ? new Uint8Array(length) : unfilled(length);
    this.#filled = 0;
  }

  #tooLong(bytes: number): ProtocolError {
    return new ProtocolError(`a frame announces ${bytes} bytes; at most ${this.#most} are allowed`);
  }
}

/** Memory that was not cleared; nobody sees it before it is filled. */
function unfilled(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
