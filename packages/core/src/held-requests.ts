import { Batch, type BatchOwner } from './batch.js';
import { heldBytes, heldRequests } from './limits.js';

/** Requests for the root before the other end listens, in batches so small that they suit limits which are not known yet. */
export class HeldRequests {
  readonly #owner: BatchOwner;
  #full: Batch[] = [];
  #last: Batch;

  constructor(owner: BatchOwner) {
    this.#owner = owner;
    this.#last = this.#fresh();
  }

  get empty(): boolean {
    return this.#last.empty && this.#full.length === 0;
  }

  /** Bytes of the batch that is being filled. */
  get bytes(): number {
    return this.#last.bytes;
  }

  get building(): boolean {
    return this.#last.building;
  }

  /** The batch for the next request. */
  get batch(): Batch {
    this.goOn();
    return this.#last.writable;
  }

  /** After a request was written. */
  grown(batch: Batch): void {
    if (batch !== this.#last || (batch.requests.length < heldRequests && batch.bytes < heldBytes)) return;
    if (batch.aside !== undefined) return this.goOn();
    batch.endChain();
    this.#full.push(batch);
    this.#last = this.#fresh();
  }

  /** A message is whole: what was made while it was encoded follows it. */
  goOn(): void {
    while (this.#last.aside !== undefined && !this.#last.building) {
      this.#full.push(this.#last);
      this.#last = this.#last.part();
    }
  }

  /** All of them; it is empty afterwards. */
  take(): Batch[] {
    this.#last.endChain();
    const all = [...this.#full, this.#last, ...this.#last.asides()].filter((batch) => !batch.empty);
    for (const batch of all) batch.held = false;
    this.#full = [];
    this.#last = this.#fresh();
    return all;
  }

  #fresh(): Batch {
    const batch = new Batch(this.#owner);
    batch.held = true;
    return batch;
  }
}
