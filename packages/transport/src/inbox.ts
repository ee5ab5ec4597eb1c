import type { Frame } from '@remoteobj/core';

/** What came, in order: a frame, a marker of the framing, or why nothing can come any more. */
export type Arrival = { readonly frame: Frame } | { readonly marker: number } | { readonly fault: Error };

/**
 * Between reading and delivering: bytes are read to the end of what is there before anybody is told, so that a receiver that
 * blocks in the middle finds everything that came before in its order.
 */
export class Inbox {
  readonly #handle: (arrival: Arrival) => void;
  #arrived: Arrival[] = [];
  #next = 0;

  constructor(handle: (arrival: Arrival) => void) {
    this.#handle = handle;
  }

  push(arrival: Arrival): void {
    this.#arrived.push(arrival);
  }

  /** Hands over what is here, also when it is called again by whoever gets some of it; true: there was something. */
  deliver(): boolean {
    if (this.#next >= this.#arrived.length) return false;
    while (this.#next < this.#arrived.length) this.#handle(this.#arrived[this.#next++] as Arrival);
    this.#arrived = [];
    this.#next = 0;
    return true;
  }
}
