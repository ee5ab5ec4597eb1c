import { LimitError } from '@remoteobj/except';
import { Batch, type BatchOwner } from './batch.js';
import { giveBack } from './blob-pool.js';
import { writeNumbered, writeRelease } from './encode.js';
import { frameOf } from './frame-of.js';
import { answersPerFrame, batchBytes, roomPatience } from './limits.js';
import { HeldRequests } from './held-requests.js';
import { scheduleOf } from './waiting.js';
import type { Transport } from './transport.js';

/** What one tick recorded becomes one frame. */
export class Outbox {
  readonly #owner: BatchOwner;
  readonly #transport: Transport;
  readonly #control: Batch;
  #requests: Batch;
  readonly #held: HeldRequests;
  /** Full batches above the limit of calls in flight, or behind a transport that is full. */
  #waiting: Batch[] = [];
  #spare: Batch[] = [];
  #scheduled = false;
  #gathering = false;
  #full = false;
  /** The transport has had no room for so long that nobody waits for it any more. */
  #stuck = false;
  #ended = false;
  #waitingBytes = 0;
  /** Answers in `control`. */
  #answers = 0;
  /** Requests sent and not answered, as far as known here. */
  inFlight: number = 0;
  /** The other side's limit, from its hello. */
  mostInFlight: number = 1;
  framesSent: number = 0;
  /** Called for each batch just before it leaves. */
  onSend: (batch: Batch) => void = () => {};
  /** Called when what waits may have become less. */
  onFlushed: () => void = () => {};

  constructor(owner: BatchOwner, transport: Transport) {
    this.#owner = owner;
    this.#transport = transport;
    this.#control = new Batch(owner);
    this.#requests = new Batch(owner);
    this.#control.lends = true;
    this.#held = new HeldRequests(owner);
  }

  /** Answers, credit, cancellations: never held back. */
  get control(): Batch {
    if (this.#control.aside !== undefined) this.#goOn();
    return this.#control.writable;
  }

  /** Whether code of the user's runs inside the encoding of a message, which can leave when it is whole. */
  get building(): boolean {
    return this.#requests.building || this.#control.building || this.#held.building;
  }

  /** The batch for the next request. Throws `LimitError` when too much waits. */
  lane(held: boolean): Batch {
    if (this.#waitingBytes + this.#requests.bytes + this.#held.bytes > this.#owner.limits.unsentBytes) {
      throw new LimitError(
        `more than ${this.#owner.limits.unsentBytes} bytes wait to be sent: await some of the calls before making more`,
        { executed: 'no' },
      );
    }
    return held ? this.#held.batch : this.requests;
  }

  /** The batch that leaves next, for what must follow the requests before it. */
  get requests(): Batch {
    if (this.#requests.aside !== undefined) this.#goOn();
    return this.#requests.writable;
  }

  /** Whether requests wait for a listener. */
  get holds(): boolean {
    return !this.#held.empty;
  }

  /** So many requests are not in flight any more. */
  answered(count: number): void {
    this.inFlight = Math.max(0, this.inFlight - count);
    if (this.#waiting.length > 0) this.schedule();
  }

  isHeld(batch: Batch | undefined): boolean {
    return batch?.held === true;
  }

  /** Whether the transport has no room. */
  get isFull(): boolean {
    return this.#full;
  }

  /** Whether requests wait for room or for a listener. */
  get unsent(): boolean {
    return this.#waiting.length > 0 || this.holds || !this.#requests.empty;
  }

  /** The batch leaves two microtasks from now: `await` calls `then` one microtask late. */
  schedule(): void {
    if (this.#ended) return;
    if (this.#control.lent) this.#sendLent();
    if (this.#control.bytes > batchBytes && !this.#control.building) this.#post(this.#control); // together they might be more than a frame may hold
    if (this.#scheduled) return;
    scheduleOf(this, true);
    if (this.#gathering && this.requests.empty) return; // what is answered leaves when all messages that are here have been handled
    this.#scheduled = true;
    queueMicrotask(this.#hop);
  }

  /** Messages are being handled: their answers leave together. */
  gather(): void {
    this.#gathering = true;
  }

  /** They have been. Requests wait for their tick to end. */
  gathered(): void {
    this.#gathering = false;
    if (this.#scheduled) return;
    if (!this.requests.empty || this.#waiting.length > 0) return this.schedule();
    scheduleOf(this, false);
    if (this.#control.empty) return;
    this.flush();
    this.onFlushed();
  }

  /** What belongs to the user leaves before the user can change it. */
  #sendLent(): void {
    if (!this.building) this.flush();
    this.#control.own();
  }

  readonly #hop = (): void => queueMicrotask(this.#leave);
  readonly #leave = (): void => {
    this.#scheduled = false;
    scheduleOf(this, false);
    this.flush();
    this.onFlushed();
  };

  /** After a request was written: closes batches that are full. */
  grown(batch: Batch): void {
    if (batch.held) return this.#held.grown(batch);
    if (batch !== this.#requests) return this.schedule(); // it follows what is being encoded
    if (batch.bytes > this.#batchBytes) {
      this.#close(); // it leaves when the tick ends: until then nobody can have awaited the last call in it
    } else if (batch.requests.length >= this.mostInFlight / 32) {
      this.flush(); // it leaves whole: none may wait although there is room for some of it
    }
    this.schedule();
  }

  /** After an answer was written: large ones are not heaped up, and many leave in parts, so that the other side works on one part while this side works on the next. */
  answersGrown(): void {
    if (++this.#answers >= answersPerFrame || this.#control.bytes > this.#batchBytes) this.flush();
    this.schedule();
  }

  get #batchBytes(): number {
    return Math.min(batchBytes, this.#owner.peerFrameBytes / 4);
  }

  /** The other end listens: what waited for that goes first. */
  releaseHeld(): void {
    for (const batch of this.#held.take().reverse()) this.#enqueue(batch, true);
    this.schedule();
  }

  /** Takes back what waits for a listener. */
  takeHeld(): Batch[] {
    return this.#held.take();
  }

  /** Sends what may be sent now; forced: also to a transport that is full, because this process is about to end. */
  flush(forced = false): void {
    if (this.#ended) return;
    if (this.building) return this.schedule();
    this.#goOn();
    if (forced) this.#full = false;
    if (!this.#requests.empty) {
      this.#requests.endChain();
      if (this.#waiting.length > 0 || !this.#mayLeave(this.#requests)) {
        this.#enqueue(this.#requests, false);
        this.#requests = this.#fresh();
      }
    }
    if (this.#full && this.#control.bytes < this.#owner.limits.unsentBytes) return;
    this.#answers = 0;
    let batch: Batch | undefined = this.#requests;
    const first = this.#waiting[0];
    if (first !== undefined) batch = this.#mayLeave(first) ? this.#dequeue() : undefined;
    this.#send(batch);
    while (!this.#full && this.#waiting[0] !== undefined && this.#mayLeave(this.#waiting[0]))
      this.#send(this.#dequeue());
  }

  /** Answers leave at once, and arrive even if this process dies now. Waits for room, but not again while there is none. False: some wait. */
  flushSync(): boolean {
    if (this.#ended) return true;
    if (this.building) {
      this.schedule();
      return false;
    }
    this.#goOn();
    if (!this.#control.empty) this.#post(this.#control);
    this.#stuck = this.#transport.flushSync?.(this.#stuck ? 0 : roomPatience) === false;
    return !this.#stuck;
  }

  drained(): void {
    this.#full = false;
    this.flush();
    this.onFlushed();
  }

  /** The link ended; gives what has not left. */
  end(): Batch[] {
    const unsent = [...this.#waiting, this.#requests, ...this.#requests.asides()];
    this.#ended = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return unsent;
  }

  /** Sends a message that is a kind and a number, behind the requests before it. */
  sendNumbered(kind: number, id: number, held: boolean): void {
    const batch = this.lane(held);
    batch.endChain();
    writeNumbered(batch, kind, id);
    this.schedule();
  }

  /** Gives back mentions of something of the other side's, behind the requests before, which may mention it. */
  release(space: 'reference' | 'result', id: number, count: number): void {
    if (this.#ended) return;
    const batch = this.requests;
    batch.endChain();
    writeRelease(batch, space, id, count);
    this.schedule();
  }

  /** The next requests go into another batch. */
  #close(): void {
    this.#goOn();
    if (this.#requests.empty) return;
    this.#requests.endChain();
    this.#enqueue(this.#requests, false);
    this.#requests = this.#fresh();
  }

  /** A message is whole: what was made while it was encoded follows it. */
  #goOn(): void {
    this.#held.goOn();
    while (this.#requests.aside !== undefined && !this.#requests.building) {
      const whole = this.#requests;
      this.#requests = whole.part();
      this.#enqueue(whole, false);
    }
    if (this.#control.building) return;
    const late = this.#control.asides();
    this.#control.aside = undefined;
    if (late.length > 0 && !this.#control.empty) this.#post(this.#control);
    for (const batch of late) this.#post(batch);
  }

  #mayLeave(batch: Batch): boolean {
    return !this.#full && (this.inFlight === 0 || this.inFlight + batch.requests.length <= this.mostInFlight);
  }

  #enqueue(batch: Batch, first: boolean): void {
    batch.own();
    if (first) this.#waiting.unshift(batch);
    else this.#waiting.push(batch);
    this.#waitingBytes += batch.bytes;
  }

  #dequeue(): Batch {
    const batch = this.#waiting.shift() as Batch;
    this.#waitingBytes -= batch.bytes;
    return batch;
  }

  #fresh(): Batch {
    return this.#spare.pop() ?? new Batch(this.#owner);
  }

  /** One frame: answers before requests, so that a release among the requests follows the answers that mention it. */
  #send(batch: Batch | undefined): void {
    const control = this.#control;
    const requests = batch === undefined || batch.empty ? undefined : batch;
    if (requests === undefined && control.empty) return;
    if (requests !== undefined) {
      this.inFlight += requests.requests.length;
      this.onSend(requests);
    }
    if (requests === undefined) return this.#post(control);
    if (!control.empty && control.bytes + requests.bytes > batchBytes) this.#post(control);
    if (control.empty) this.#post(requests);
    else this.#post(control, requests);
    if (requests !== this.#requests && this.#spare.length < 4) this.#spare.push(requests);
  }

  #post(...batches: readonly [Batch] | readonly [Batch, Batch]): void {
    this.framesSent++;
    const frame = frameOf(batches);
    const [first, second] = batches;
    const lists = [first.pooled, second?.pooled];
    first.clear();
    second?.clear();
    if (!this.#transport.send(frame)) this.#full = true;
    for (const list of lists) if (list !== undefined && list.length > 0) for (const blob of list) giveBack(blob);
  }
}
