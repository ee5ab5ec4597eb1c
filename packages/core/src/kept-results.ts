import { Flag } from './message.js';
import type { Kept, Request } from './request.js';

/** Results that the other side keeps for requests of ours, until nobody here can ask for them any more. */
export class KeptResults {
  readonly #dropped: FinalizationRegistry<Kept>;
  readonly #release: (kept: Kept) => void;

  /** `release` tells the other side, once for each result. */
  constructor(release: (kept: Kept) => void) {
    this.#release = release;
    this.#dropped = new FinalizationRegistry((kept) => this.giveBack(kept));
  }

  /** A request has left: if its result may still be wanted, it is watched. */
  left(request: Request): void {
    request.batch = undefined;
    request.sent = true;
    request.flagsAt = -1;
    if ((request.flags & Flag.keep) === 0 || request.state !== 'open') return;
    request.kept = { id: request.id, released: false };
    this.#dropped.register(request, request.kept, request.kept);
  }

  giveBack(kept: Kept): void {
    if (kept.released) return;
    kept.released = true;
    this.#dropped.unregister(kept);
    this.#release(kept);
  }
}
