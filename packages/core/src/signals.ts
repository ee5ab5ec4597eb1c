import { writeWithValue } from './encode.js';
import { Kind } from './message.js';
import type { Outbox } from './outbox.js';

/** What signals need of their connection. */
export interface SignalsLink {
  readonly outbox: Outbox;
}

/** AbortSignals passed as values: live on the other side, both ways. */
export class Signals {
  readonly #link: SignalsLink;
  /** Ours, with what stops listening to them. */
  readonly #exported = new Map<AbortSignal, () => void>();
  /** The other side's. A signal with listeners must outlive the code that added them, so they are held until they abort. */
  readonly #imported = new Map<number, AbortController>();

  constructor(link: SignalsLink) {
    this.#link = link;
  }

  exported(signal: AbortSignal, id: number): void {
    if (signal.aborted || this.#exported.has(signal)) return;
    const onAbort = (): void => {
      try {
        writeWithValue(this.#link.outbox.control, Kind.abort, id, signal.reason, 'reason');
      } catch {
        writeWithValue(
          this.#link.outbox.control,
          Kind.abort,
          id,
          new Error('aborted, for a reason that cannot cross'),
          'reason',
        );
      }
      this.#link.outbox.answersGrown();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#exported.set(signal, () => signal.removeEventListener('abort', onAbort));
  }

  /** The other side does not hold this signal any more. */
  forgotten(signal: AbortSignal): void {
    this.#exported.get(signal)?.();
    this.#exported.delete(signal);
  }

  import(id: number, aborted: boolean, reason: unknown): AbortSignal {
    const known = this.#imported.get(id);
    const controller = known ?? new AbortController();
    if (aborted) controller.abort(reason);
    // One mention is kept as long as the signal may still abort.
    if (known !== undefined || aborted) this.#link.outbox.release('reference', id, 1);
    else this.#imported.set(id, controller);
    return controller.signal;
  }

  abort(id: number, reason: unknown): void {
    const controller = this.#imported.get(id);
    if (controller === undefined) return;
    this.#imported.delete(id);
    this.#link.outbox.release('reference', id, 1);
    controller.abort(reason);
  }

  /** Calls that brought a signal are over: whoever passed it need not keep it for them. */
  release(id: number): void {
    if (this.#imported.delete(id)) this.#link.outbox.release('reference', id, 1);
  }

  end(): void {
    for (const stop of this.#exported.values()) stop();
    this.#exported.clear();
    this.#imported.clear();
  }
}
