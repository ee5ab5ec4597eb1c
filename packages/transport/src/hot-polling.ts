/**
 * Keeps the event loop turning for a moment after something was sent, so that the answer is met awake: waking a process that
 * sleeps costs more than everything else a small call does.
 *
 * Proved by test/bench (small call, one at a time). Off with one processor, where turning takes the time from the one who should
 * answer; and it stops by itself for a while, longer each time, when answers do not come within the moment.
 */

import type { Frame } from '@remoteobj/core';
import { processors } from './processors.js';

/** Milliseconds that the loop turns after the last frame was sent. */
const moment = 0.1;
/** The same for each byte sent, which take their time to be copied there and to come back. */
const perByte = 0.5 / 2 ** 20;
/** Milliseconds at most. */
const longestMoment = 2;
/** Frames for which it is left off at most, when it did not pay. */
const longestRest = 64;

interface Giver {
  giveWay(): void;
}

type Immediate = (callback: () => void) => unknown;

/** Both are Node's; in a browser there is no polling. */
const later = (globalThis as { setImmediate?: Immediate }).setImmediate;
const possible = later !== undefined && processors() > 1;

export class HotPolling {
  readonly #look: () => void;
  readonly #stopped: () => void;
  #until = 0;
  #turning = false;
  #met = false;
  #rest = 0;
  #nextRest = 1;
  #giver: Giver | undefined;

  /** `look` is called at each turn, `stopped` when the turning ends. */
  constructor(look: () => void = () => {}, stopped: () => void = () => {}) {
    this.#look = look;
    this.#stopped = stopped;
  }

  get turning(): boolean {
    return this.#turning;
  }

  /** A frame was sent: an answer may come soon. */
  sent({ head, blobs }: Frame): void {
    if (!possible) return;
    if (this.#rest > 0) {
      this.#rest--;
      return;
    }
    let bytes = head.byteLength;
    for (const blob of blobs) bytes += blob.byteLength;
    this.#until = Math.max(this.#until, performance.now() + Math.min(moment + bytes * perByte, longestMoment));
    if (this.#turning) return;
    this.#turning = true;
    this.#met = false;
    later?.(this.#turn);
  }

  /** The other end slept and was rung for; `giver` lets it go on. */
  rang(giver: Giver | undefined): void {
    this.#giver = giver;
  }

  /** A frame came. */
  received(): void {
    this.#giver = undefined;
    this.#met = true;
    if (this.#turning) this.#until = Math.max(this.#until, performance.now() + moment);
  }

  readonly #turn = (): void => {
    this.#giver?.giveWay();
    this.#look();
    if (performance.now() < this.#until) {
      later?.(this.#turn);
      return;
    }
    this.#turning = false;
    this.#stopped();
    if (this.#met) {
      this.#nextRest = 1;
    } else {
      this.#rest = this.#nextRest;
      this.#nextRest = Math.min(2 * this.#nextRest, longestRest);
    }
  };
}
