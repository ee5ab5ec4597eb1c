/**
 * Bytes written and read by hand: variable-length integers, short strings, doubles.
 *
 * Hot path: every message header passes here. Proved by test/bench (small calls in flight).
 */
import { ProtocolError } from '@remoteobj/except';

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const INITIAL = 1024;
/** A writer that grew beyond this gives its memory back when taken. */
const KEEP = 256 * 1024;
const TWO_32 = 4294967296;

/** A growing buffer; `take` copies out what was written and starts anew. */
export class ByteWriter {
  bytes: Uint8Array = new Uint8Array(INITIAL);
  #view: DataView = new DataView(this.bytes.buffer);
  at = 0;

  u8(value: number): void {
    if (this.at >= this.bytes.length) this.#grow(1);
    this.bytes[this.at++] = value;
  }

  /** Unsigned LEB128, up to 2^53 - 1. */
  varint(value: number): void {
    if (this.at + 8 > this.bytes.length) this.#grow(8);
    const bytes = this.bytes;
    let rest = value;
    while (rest >= TWO_32) {
      bytes[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    rest >>>= 0;
    while (rest > 127) {
      bytes[this.at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[this.at++] = rest;
  }

  f64(value: number): void {
    if (this.at + 8 > this.bytes.length) this.#grow(8);
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** Length in bytes, then UTF-8. The string must be well-formed. */
  text(value: string): void {
    const length = value.length;
    if (length > 48) return this.raw(utf8Encoder.encode(value));
    if (this.at + length + 1 > this.bytes.length) this.#grow(length + 1);
    const bytes = this.bytes;
    const start = this.at + 1;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 127) return this.raw(utf8Encoder.encode(value));
      bytes[start + i] = unit;
    }
    bytes[this.at] = length;
    this.at = start + length;
  }

  /** Length, then the bytes as they are. */
  raw(value: Uint8Array): void {
    this.varint(value.length);
    this.append(value);
  }

  append(value: Uint8Array): void {
    if (this.at + value.length > this.bytes.length) this.#grow(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  /** What was written, as a copy of its own; the writer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.at);
    this.at = 0;
    if (this.bytes.length > KEEP) {
      this.bytes = new Uint8Array(INITIAL);
      this.#view = new DataView(this.bytes.buffer);
    }
    return taken;
  }

  #grow(extra: number): void {
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + extra));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** A view of each frame would cost more than copying the few doubles in it. */
const eight = new Uint8Array(8);
const eightView = new DataView(eight.buffer);

/** Reads what `ByteWriter` wrote. Every read is checked against the end; throws `ProtocolError`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  u8(): number {
    if (this.at >= this.bytes.length) throw truncated();
    return this.bytes[this.at++] as number;
  }

  varint(): number {
    const bytes = this.bytes;
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      if (this.at >= bytes.length) throw truncated();
      const byte = bytes[this.at++] as number;
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw new ProtocolError('a number on the wire is larger than 2^53 - 1');
  }

  f64(): number {
    if (this.at + 8 > this.bytes.length) throw truncated();
    for (let i = 0; i < 8; i++) eight[i] = this.bytes[this.at++] as number;
    return eightView.getFloat64(0, true);
  }

  /** A string of at most `most` bytes. */
  text(most: number): string {
    const length = this.varint();
    if (length > most)
      throw new ProtocolError(`a string on the wire has ${length} bytes; at most ${most} are allowed here`);
    if (length <= 24) {
      if (this.at + length > this.bytes.length) throw truncated();
      const short = knownText(this.bytes, this.at, length);
      if (short !== undefined) {
        this.at += length;
        return short;
      }
    }
    const bytes = this.#slice(length);
    try {
      return utf8Decoder.decode(bytes);
    } catch (cause) {
      throw new ProtocolError('a string on the wire is not valid UTF-8', { cause });
    }
  }

  /** Bytes that are a view of the frame: copy what outlives it. */
  raw(): Uint8Array {
    return this.#slice(this.varint());
  }

  #slice(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) throw truncated();
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }
}

/** Member names come again and again: a small table saves decoding and allocating them. */
const known: (string | undefined)[] = new Array<string | undefined>(512);

function knownText(bytes: Uint8Array, at: number, length: number): string | undefined {
  let hash = length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[at + i] as number;
    if (byte > 127) return undefined;
    hash = (hash * 31 + byte) | 0;
  }
  const slot = (hash ^ (hash >>> 9)) & 511;
  const candidate = known[slot];
  if (candidate !== undefined && candidate.length === length && sameText(candidate, bytes, at)) return candidate;
  const text = String.fromCharCode.apply(null, bytes.subarray(at, at + length) as unknown as number[]);
  known[slot] = text;
  return text;
}

function sameText(text: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
  return true;
}

function truncated(): ProtocolError {
  return new ProtocolError('a message on the wire is cut short');
}
