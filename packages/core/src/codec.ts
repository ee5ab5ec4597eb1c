/**
 * One value ⇄ bytes. Numbers, strings, booleans and references alone are written by hand; everything else is marshalled to a
 * tree and packed by MessagePack.
 *
 * Hot path: proved by test/bench (small calls in flight).
 */
import { ProtocolError } from '@remoteobj/except';
import type { ByteReader, ByteWriter } from './bytes.js';
import type { Limits } from './limits.js';
import { Marshal } from './marshal.js';
import type { Exporter } from './exporter.js';
import { packTree, unpackTree } from './msgpack.js';
import { Later } from './later.js';
import { Unmarshal } from './unmarshal.js';
import type { Importer } from './importer.js';

/** First byte of a value on the wire (PROTOCOL.md, "Values"). */
const Tag = {
  undefined: 0,
  null: 1,
  true: 2,
  false: 3,
  /** Zigzag variable-length integer of 32 bits. */
  integer: 4,
  /** IEEE 754 double, little-endian. */
  double: 5,
  text: 6,
  /** Number of blobs, length, MessagePack of `[root, special, …]`. */
  packed: 7,
} as const;

/** Writes one value; `where` names it in errors (`args[0]`). Throws `UnserializableError`; then what was written is to be undone. */
export function writeValue(
  writer: ByteWriter,
  value: unknown,
  exporter: ValueExporter,
  where: string,
  index = -1,
): void {
  switch (typeof value) {
    case 'undefined':
      return writer.u8(Tag.undefined);
    case 'boolean':
      return writer.u8(value ? Tag.true : Tag.false);
    case 'number':
      if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
        writer.u8(Tag.integer);
        return writer.varint(((value << 1) ^ (value >> 31)) >>> 0);
      }
      writer.u8(Tag.double);
      return writer.f64(value);
    case 'string':
      if (!value.isWellFormed()) break;
      writer.u8(Tag.text);
      return writer.text(value);
    case 'object':
      if (value === null) return writer.u8(Tag.null);
      break;
    default:
  }
  const before = exporter.blobCount();
  exporter.beginValue();
  const packed = packTree(new Marshal(exporter, index === -1 ? where : `${where}[${index}]`).tree(value));
  exporter.endValue();
  writer.u8(Tag.packed);
  writer.varint(exporter.blobCount() - before);
  writer.raw(packed);
}

/** An exporter that also counts the blobs of the frame under way. */
export interface ValueExporter extends Exporter {
  /** Blobs of the frame so far. */
  blobCount(): number;
  /** A value begins: its blobs are numbered from here. */
  beginValue(): void;
  endValue(): void;
}

/** The values of one message as they are read. */
export class ValueReader {
  readonly reader: ByteReader;
  readonly importer: Importer;
  readonly limits: Limits;
  readonly #blobs: readonly Uint8Array[];
  #nextBlob = 0;
  #nodes: number;
  /** Of the blobs so far. */
  blobBytes = 0;
  /** Parts of this message's values that are awaited. */
  later: Later[] | undefined;
  /** Why a value of this message could not be made although the message is well-formed. */
  failure: { readonly error: unknown } | undefined;

  constructor(reader: ByteReader, blobs: readonly Uint8Array[], importer: Importer, limits: Limits) {
    this.reader = reader;
    this.importer = importer;
    this.limits = limits;
    this.#blobs = blobs;
    this.#nodes = limits.valueNodes;
  }

  /** The next value; a `Later` goes to `place` when it is here. Throws `ProtocolError` for rubbish only. */
  value(place?: (value: unknown) => void): unknown {
    const reader = this.reader;
    const tag = reader.u8();
    switch (tag) {
      case Tag.undefined:
        return undefined;
      case Tag.null:
        return null;
      case Tag.true:
        return true;
      case Tag.false:
        return false;
      case Tag.integer: {
        const zigzag = reader.varint();
        if (zigzag > 4294967295) throw new ProtocolError('an integer on the wire has more than 32 bits');
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case Tag.double:
        return reader.f64();
      case Tag.text:
        return reader.text(this.limits.frameBytes);
      case Tag.packed:
        return this.#packed(place);
      default:
        throw new ProtocolError(`a value on the wire has the tag ${tag}, which is not known here`);
    }
  }

  /** Ends the message's values; a promise when parts are awaited. */
  takeLater(): Later[] | undefined {
    const later = this.later;
    this.later = undefined;
    return later;
  }

  takeFailure(): { readonly error: unknown } | undefined {
    const failure = this.failure;
    this.failure = undefined;
    return failure;
  }

  #packed(place: ((value: unknown) => void) | undefined): unknown {
    const count = this.reader.varint();
    const bytes = this.reader.raw();
    if (count > this.#blobs.length - this.#nextBlob)
      throw new ProtocolError('a value refers to more blobs than its frame has');
    const blobs = this.#blobs.slice(this.#nextBlob, this.#nextBlob + count);
    this.#nextBlob += count;
    for (const blob of blobs) this.blobBytes += blob.byteLength;
    try {
      const unmarshal = new Unmarshal(
        this.importer,
        unpackTree(bytes, this.#nodes, this.limits.valueDepth + 8),
        blobs,
        this.limits.valueDepth,
      );
      const value = unmarshal.root();
      if (unmarshal.later.length > 0) (this.later ??= []).push(...unmarshal.later);
      if (value instanceof Later && place !== undefined) value.put(place);
      return value;
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      this.failure ??= { error };
      return undefined;
    }
  }
}
