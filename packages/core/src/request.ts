import type { Batch } from './batch.js';
import type { Chain } from './chain.js';
import type { Later } from './later.js';
import { Flag } from './message.js';
import { nextNumber } from './numbers.js';
import type { TracedCall } from './trace.js';
import type { View } from './view.js';

/** Watched instead of the request: the number of a result that the other side keeps for it. */
export interface Kept {
  readonly id: number;
  released: boolean;
}

/** One operation that was sent or is about to be: a call, an assignment, a deletion, or the reading of a view. */
export class Request {
  readonly id: number;
  readonly view: View;
  /** Among all that has begun in this thread. */
  readonly number: number = nextNumber();
  flags = 0;
  /** It is answered by this view of a remote that is known here. */
  passedOn: View | undefined = undefined;
  /** While it is not sent: where its bytes are. */
  batch: Batch | undefined = undefined;
  /** Position of the flags in the batch's bytes; -1: not written yet, or a step inside a longer chain. */
  flagsAt = -1;
  /** Sent as a step inside the chain of a later request: its answer must be pulled. */
  inner = false;
  /** Its frame has left. */
  sent = false;
  /** The request on whose result this one builds, while that is not known here. */
  base: Request | undefined = undefined;
  state: 'open' | 'fulfilled' | 'rejected' = 'open';
  outcome: unknown = undefined;
  /** Another operation builds on its result. */
  extended = false;
  kept: Kept | undefined = undefined;
  /** The chain of calls it belongs to. */
  chain: Chain | undefined = undefined;
  /** It is settled here, by a promise, and no message is sent for it. */
  elsewhere = false;
  /** What its outcome is put into, where it reads a promise. */
  reading: Later | undefined = undefined;
  /** Somebody waits without turning the event loop. */
  blocking = false;
  /** Somebody waits for it, so its failure is heard. */
  heard = false;
  /** Present once somebody waits by a promise. */
  promise: Promise<unknown> | undefined = undefined;
  /** Where the call was made, captured but not formatted. */
  place: { readonly stack?: string } | undefined = undefined;
  /** Its time limit and signal, if any, are in force. */
  limited = false;
  /** Somebody listens to traces. */
  trace: TracedCall | undefined = undefined;
  /** Undoes the timer and the signal's listener. */
  disarm: (() => void) | undefined = undefined;
  #listener: ((failed: boolean, outcome: unknown) => void) | undefined = undefined;
  #resolve: ((value: unknown) => void) | undefined = undefined;
  #reject: ((error: unknown) => void) | undefined = undefined;

  constructor(id: number, view: View) {
    this.id = id;
    this.view = view;
  }

  /** The promise of the outcome; from now on somebody waits. */
  wait(): Promise<unknown> {
    this.heard = true;
    if (this.promise === undefined) {
      this.promise = new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      });
      if (this.state === 'fulfilled') this.#resolve?.(this.outcome);
      if (this.state === 'rejected') this.#reject?.(this.outcome);
    }
    return this.promise;
  }

  /** Its flags have changed: while it is not sent, they are written anew. */
  patch(): void {
    if (this.flagsAt >= 0 && this.batch !== undefined) this.batch.writer.bytes[this.flagsAt] = this.flags;
  }

  /** It has not left, and is not run. */
  takeBack(): void {
    const bytes = this.flagsAt >= 0 ? this.batch?.writer.bytes : undefined;
    if (bytes === undefined) this.flags = cancelled(this.flags);
    else bytes[this.flagsAt] = cancelled(bytes[this.flagsAt] as number);
  }

  /** Calls back when it is settled, in that very turn; one listener. */
  whenSettled(listener: (failed: boolean, outcome: unknown) => void): void {
    if (this.state === 'open') this.#listener = listener;
    else listener(this.state === 'rejected', this.outcome);
  }

  /** Settles it; a second settling changes nothing. */
  settle(failed: boolean, outcome: unknown): void {
    if (this.state !== 'open') return;
    this.state = failed ? 'rejected' : 'fulfilled';
    this.outcome = outcome;
    this.base = undefined;
    this.place = undefined;
    this.disarm?.();
    this.disarm = undefined;
    if (failed) this.#reject?.(outcome);
    else this.#resolve?.(outcome);
    this.#listener?.(failed, outcome);
  }
}

function cancelled(flags: number): number {
  return (flags | Flag.cancelled) & ~Flag.ask;
}
