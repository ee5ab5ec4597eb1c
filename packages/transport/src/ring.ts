/**
 * One-way rings of bytes in memory that two threads or processes share. Positions are counters of 32 bits that run on and wrap;
 * each side keeps its own and believes nothing that it reads from the other's.
 *
 *     offset 0: written   64: read   128: reader sleeps   192: writer waits for room   256: the bytes
 *
 * The writer copies, then advances `written`, and rings only if the reader had said that it sleeps. The reader says so first and
 * looks once more before it sleeps; or a message that came in between would lie there unseen.
 */
import { ProtocolError } from '@remoteobj/except';

const WRITTEN = 0;
const READ = 16;
const SLEEPS = 32;
const WAITS = 48;
/** Bytes before the data of a ring. */
export const ringHeader = 256;

/** Everything in a ring starts at a multiple of this: copies to and from shared memory are several times faster so. */
export const alignment = 8;

/** A length rounded up to the alignment. */
export function aligned(length: number): number {
  return (length + alignment - 1) & -alignment;
}

/** How a reader waits. */
export const Sleep = {
  awake: 0,
  /** In its event loop. */
  inLoop: 1,
  /** Blocking. */
  blocked: 2,
} as const;
export type Sleep = (typeof Sleep)[keyof typeof Sleep];

/** Whatever else stands there: to ring once too often does no harm. */
function asSleep(value: number): Sleep {
  return value === Sleep.awake || value === Sleep.blocked ? value : Sleep.inLoop;
}

class Half {
  protected readonly words: Int32Array;
  protected readonly bytes: Uint8Array;
  readonly size: number;
  /** Our own counter: what the memory says of it does not matter. */
  protected own = 0;

  /** `size` is a power of two; a ring takes `ringHeader + size` bytes of the memory. */
  constructor(memory: ArrayBufferLike, offset: number, size: number) {
    this.words = new Int32Array(memory, offset, ringHeader / 4);
    this.bytes = new Uint8Array(memory, offset + ringHeader, size);
    this.size = size;
  }
}

export class RingWriter extends Half {
  /** Bytes that fit now. Throws `ProtocolError` when the reader's counter is impossible. */
  get room(): number {
    const filled = (this.own - Atomics.load(this.words, READ)) >>> 0;
    if (filled > this.size)
      throw new ProtocolError('the other end spoiled the shared ring: it read what was never written');
    return this.size - filled;
  }

  /** Copies bytes in, behind what was put there before; they are not seen before `publish`. There must be room. */
  put(bytes: Uint8Array): void {
    const at = this.own & (this.size - 1);
    const first = Math.min(bytes.length, this.size - at);
    if (first === bytes.length) {
      this.bytes.set(bytes, at);
    } else {
      this.bytes.set(bytes.subarray(0, first), at);
      this.bytes.set(bytes.subarray(first), 0);
    }
    this.own = (this.own + bytes.length) | 0;
  }

  /** Puts two numbers; the position must be aligned. */
  putPair(a: number, b: number): void {
    const at = this.own & (this.size - 1);
    const { bytes } = this;
    for (let i = 0; i < 4; i++) {
      bytes[at + i] = a >>> (8 * i);
      bytes[at + 4 + i] = b >>> (8 * i);
    }
    this.own = (this.own + alignment) | 0;
  }

  /** Moves on to the next aligned position. */
  pad(): void {
    this.own = aligned(this.own >>> 0) | 0;
  }

  /** Lets the reader see what was put; how it must be rung for, if it sleeps. */
  publish(): Sleep {
    Atomics.store(this.words, WRITTEN, this.own);
    return this.sleeper();
  }

  /** How the reader must be rung for, if it sleeps; whoever is told so must do it. */
  sleeper(): Sleep {
    const how = Atomics.load(this.words, SLEEPS);
    return how === Sleep.awake ? how : asSleep(Atomics.exchange(this.words, SLEEPS, Sleep.awake));
  }

  /** Asks to be rung for when there is room; false: there is some by now. */
  awaitRoom(wanted: number): boolean {
    Atomics.store(this.words, WAITS, 1);
    if (this.room < wanted) return true;
    Atomics.store(this.words, WAITS, 0);
    return false;
  }
}

export class RingReader extends Half {
  /** Whether there is something to read; cheap. */
  get pending(): boolean {
    return Atomics.load(this.words, WRITTEN) !== this.own;
  }

  /** Bytes to read. Throws `ProtocolError` when the writer's counter is impossible. */
  get available(): number {
    const count = (Atomics.load(this.words, WRITTEN) - this.own) >>> 0;
    if (count > this.size) throw new ProtocolError('the other end spoiled the shared ring: it wrote more than fits');
    return count;
  }

  /** One number of the next bytes, `at` bytes from here; position and `at` must be multiples of four. */
  number(at: number): number {
    const from = (this.own + at) & (this.size - 1);
    const { bytes } = this;
    return (
      ((bytes[from] as number) |
        ((bytes[from + 1] as number) << 8) |
        ((bytes[from + 2] as number) << 16) |
        ((bytes[from + 3] as number) << 24)) >>>
      0
    );
  }

  /** The next bytes in one piece, at most so many; valid until `advance`. */
  piece(most: number): Uint8Array {
    const at = this.own & (this.size - 1);
    return this.bytes.subarray(at, at + Math.min(most, this.size - at));
  }

  /** Copies bytes out, `at` bytes from here. */
  copy(at: number, into: Uint8Array): void {
    const from = (this.own + at) & (this.size - 1);
    const first = Math.min(into.length, this.size - from);
    into.set(this.bytes.subarray(from, from + first));
    if (first < into.length) into.set(this.bytes.subarray(0, into.length - first), first);
  }

  /** Gives bytes back to the writer; true: it waits for room and must be rung for. */
  advance(count: number): boolean {
    this.own = (this.own + count) | 0;
    Atomics.store(this.words, READ, this.own);
    return Atomics.load(this.words, WAITS) === 1 && Atomics.exchange(this.words, WAITS, 0) === 1;
  }

  /** Says that this side sleeps; false: something came meanwhile, and it does not. */
  sleep(how: Sleep): boolean {
    Atomics.store(this.words, SLEEPS, how);
    if (!this.pending) return true;
    Atomics.store(this.words, SLEEPS, 0);
    return false;
  }

  /** Says that this side is awake and looks by itself. */
  wake(): void {
    if (Atomics.load(this.words, SLEEPS) !== 0) Atomics.store(this.words, SLEEPS, 0);
  }
}
