import type { Frame, Receiver } from '@remoteobj/core';

/** What every transport does alike: hold frames until somebody listens, tell the end exactly once, survive a receiver that throws. */
export class Delivery {
  #receiver: Receiver | undefined;
  /** What came before anybody listened; delivered up to `#next`. */
  #early: Frame[] = [];
  #next = 0;
  #delivering = false;
  #end: { readonly reason: Error | undefined } | undefined;
  #told = false;

  get ended(): boolean {
    return this.#end !== undefined;
  }

  listen(receiver: Receiver): void {
    if (this.#receiver !== undefined)
      throw new TypeError('a transport is listened to once: it belongs to another connection already');
    this.#receiver = receiver;
    queueMicrotask(() => this.#deliver());
  }

  frame(frame: Frame): void {
    if (this.#end !== undefined) return;
    if (this.#receiver !== undefined && this.#early.length === 0) return give(this.#receiver, frame);
    this.#early.push(frame);
    // Whoever blocks meanwhile gets the others here, in their order.
    if (this.#receiver !== undefined) this.#deliver();
  }

  /** Gives what came before to whoever listens by now and blocks, so that its microtask does not come; true: there was something. */
  catchUp(): boolean {
    if (this.#receiver === undefined || this.#told) return false;
    if (this.#next >= this.#early.length && this.#end === undefined) return false;
    this.#deliver();
    return true;
  }

  drained(): void {
    if (this.#end === undefined) guarded(() => this.#receiver?.drained());
  }

  /**
   * The first end counts. What came early is delivered before it is told, except to a receiver that closes with a reason while it
   * gets some of that.
   */
  end(reason?: Error): void {
    if (this.#end !== undefined) return;
    this.#end = { reason };
    if (this.#delivering && reason !== undefined) this.#early = [];
    if (this.#next >= this.#early.length) this.#tell();
  }

  #deliver(): void {
    const receiver = this.#receiver as Receiver; // only somebody who listens makes it start
    this.#delivering = true;
    while (this.#next < this.#early.length) give(receiver, this.#early[this.#next++] as Frame);
    this.#delivering = false;
    this.#early = [];
    this.#next = 0;
    this.#tell();
  }

  #tell(): void {
    const end = this.#end;
    if (end === undefined || this.#told || this.#receiver === undefined) return;
    this.#told = true;
    guarded(() => this.#receiver?.closed(end.reason));
  }
}

function give(receiver: Receiver, frame: Frame): void {
  try {
    receiver.frame(frame);
  } catch (error) {
    tell(error);
  }
}

function guarded(action: () => void): void {
  try {
    action();
  } catch (error) {
    tell(error);
  }
}

/** A fault of the receiver, told as such; the transport goes on. */
function tell(error: unknown): void {
  void Promise.reject(error);
}
