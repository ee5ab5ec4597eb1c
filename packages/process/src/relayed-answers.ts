import type { Unheard } from '@remoteobj/core/internal';
import type { RelayedCall } from './relayed-call.js';

/** What answers need of the relay that their calls go through. */
export interface RelayedAnswersOwner {
  readonly unheard: Unheard;
  /** Asks for the answer to a call that was sent. */
  answer(call: RelayedCall): Promise<unknown>;
  /** A call is over. */
  ended(): void;
}

/** The answers to calls that were sent: as long as a call runs its worker is busy, also when nobody awaits it, so they are asked for. */
export class RelayedAnswers {
  readonly #owner: RelayedAnswersOwner;
  #fresh: RelayedCall[] = [];

  constructor(owner: RelayedAnswersOwner) {
    this.#owner = owner;
  }

  /** Calls that were sent in this tick. */
  get fresh(): number {
    return this.#fresh.length;
  }

  /** A call is about to be sent; nothing is asked for that another call, of the same tick, is made on. */
  expect(call: RelayedCall): void {
    if (this.#fresh.push(call) > 1) return;
    queueMicrotask(() => queueMicrotask(() => this.#follow()));
  }

  /** Its error is told, unless somebody hears of it anyway. */
  failed({ request, extended, given }: RelayedCall): void {
    if (!request.heard && !extended && !given) this.#owner.unheard.add(request.id, request.outcome);
  }

  #follow(): void {
    for (const call of this.#fresh.splice(0)) {
      if (call.extended && !call.request.heard) this.#owner.ended();
      else void this.#settle(call);
    }
  }

  async #settle(call: RelayedCall): Promise<void> {
    try {
      call.request.settle(false, await this.#owner.answer(call));
    } catch (error) {
      call.request.settle(true, error);
      this.failed(call);
    }
    this.#owner.ended();
  }
}
