import type { Frame, Receiver } from '@remoteobj/core';

/** What every transport does alike: hold frames until somebody listens, tell the end exactly once, survive a receiver that throws. */
export class Delivery {
  #receiver: Receiver | undefined;
  #early: Frame[] = [];
  #end: { readonly reason: Error | undefined } | undefined;
  #told = false;

  get ended(): boolean {
    return this.#end !== undefined;
  }

  listen(receiver: Receiver): void {
    if (this.#receiver !== undefined)
      throw new TypeError('a transport is listened to once: it belongs to another connection already');
    this.#receiver = receiver;
    queueMicrotask(() => {
      const early = this.#early;
      this.#early = [];
      for (const frame of early) this.#give(receiver, frame);
      this.#tell();
    });
  }

  frame(frame: Frame): void {
    if (this.#end !== undefined) return;
    if (this.#receiver === undefined || this.#early.length > 0) this.#early.push(frame);
    else this.#give(this.#receiver, frame);
  }

  drained(): void {
    if (this.#end === undefined) this.#receiver?.drained();
  }

  /** The first end counts. */
  end(reason?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    if (this.#early.length === 0) this.#tell();
  }

  #give(receiver: Receiver, frame: Frame): void {
    try {
      receiver.frame(frame);
    } catch (error) {
      void Promise.reject(error); // a fault of the receiver, told as such; the next frame is delivered all the same
    }
  }

  #tell(): void {
    if (this.#end === undefined || this.#told || this.#receiver === undefined) return;
    this.#told = true;
    this.#receiver.closed(this.#end.reason);
  }
}
