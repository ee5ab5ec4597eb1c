import { ProtocolError } from '@remoteobj/except';
import type { Frame } from '@remoteobj/core';

/** Bytes posted and not taken by the other end, above which `send` asks to wait. */
const highWater = 1024 * 1024;
/** Bytes taken, after which the other end is told: a call and its answer cost no message more. */
const step = 256 * 1024;
/** What a message occupies besides its bytes, roughly; so very many very small ones count, too. */
const overhead = 128;

/**
 * Back-pressure of a port, which has none of its own and takes whatever is posted. Each end counts what it posted and what it took,
 * and says so now and then.
 */
export class PortFlow {
  #underway = 0;
  #untold = 0;
  #full = false;

  /** A frame is posted; false: wait for room. */
  posted(frame: Frame): boolean {
    this.#underway += weightOf(frame);
    if (this.#underway > highWater) this.#full = true;
    return !this.#full;
  }

  /** A frame came. */
  came(frame: Frame): void {
    this.#untold += weightOf(frame);
  }

  /** What the other end is to be told now; 0: nothing yet. */
  tell(): number {
    if (this.#untold < step) return 0;
    const weight = this.#untold;
    this.#untold = 0;
    return weight;
  }

  /** The other end took so much; true: there is room again for a sender that was told to wait. Throws `ProtocolError`. */
  told(weight: number): boolean {
    if (!(weight > 0 && weight <= this.#underway))
      throw new ProtocolError(`the other end says that it took ${weight} bytes; ${this.#underway} are under way`);
    this.#underway -= weight;
    if (!this.#full || this.#underway > highWater / 2) return false;
    this.#full = false;
    return true;
  }
}

function weightOf({ head, blobs }: Frame): number {
  let weight = head.byteLength + overhead;
  for (const blob of blobs) weight += blob.byteLength;
  return weight;
}
