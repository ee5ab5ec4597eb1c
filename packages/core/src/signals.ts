import { whenAborted } from './abort-listeners.js';
import { writeWithValue } from './encode.js';
import { Kind } from './message.js';
import type { Outbox } from './outbox.js';

/** What signals need of their connection. */
export interface SignalsLink {
  readonly outbox: Outbox;
}

/** A signal of the other side: what aborts it here, and what was given to the code here. */
interface Imported {
  readonly id: number;
  readonly controller: AbortController;
  readonly signal: WeakRef<AbortSignal>;
}

/** AbortSignals passed as values: live on the other side, both ways. */
export class Signals {
  readonly #link: SignalsLink;
  /** Ours, with what stops listening to them. */
  readonly #exported = new Map<AbortSignal, () => void>();
  /** The other side's, by number. */
  readonly #imported = new Map<number, Imported>();
  readonly #collected = new FinalizationRegistry<Imported>((entry) => this.#drop(entry));

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
    this.#exported.set(signal, whenAborted(signal, onAbort));
  }

  /** The other side does not hold this signal any more. */
  forgotten(signal: AbortSignal): void {
    this.#exported.get(signal)?.();
    this.#exported.delete(signal);
  }

  /** The signal here for one of the other side; the same one as long as anybody here holds it or listens to it. */
  import(id: number, aborted: boolean, reason: unknown): AbortSignal {
    const known = this.#imported.get(id);
    if (aborted) {
      this.#link.outbox.release('reference', id, 1);
      this.abort(id, reason);
      return known?.signal.deref() ?? AbortSignal.abort(reason);
    }
    // One mention is kept as long as the signal may still abort.
    if (known !== undefined) this.#link.outbox.release('reference', id, 1);
    const alive = known?.signal.deref();
    if (alive !== undefined) return alive;
    const controller = known?.controller ?? new AbortController();
    const signal = dependentOn(controller.signal);
    const entry = { id, controller, signal: new WeakRef(signal) };
    this.#imported.set(id, entry);
    this.#collected.register(signal, entry);
    return signal;
  }

  abort(id: number, reason: unknown): void {
    const entry = this.#imported.get(id);
    if (entry === undefined) return;
    this.#drop(entry);
    entry.controller.abort(reason);
  }

  end(): void {
    for (const stop of this.#exported.values()) stop();
    this.#exported.clear();
    this.#imported.clear();
  }

  /** Nobody can hear of its abort any more, or it was heard. */
  #drop(entry: Imported): void {
    if (this.#imported.get(entry.id) !== entry) return;
    this.#imported.delete(entry.id);
    this.#link.outbox.release('reference', entry.id, 1);
  }
}

/**
 * A signal of its own, which a listener keeps alive although nobody holds it: the code that added it may be over, and one that
 * nobody listens to can be collected. Where the platform has none (Node before 20.3) it is the signal itself, kept until it aborts.
 */
function dependentOn(signal: AbortSignal): AbortSignal {
  const { any } = AbortSignal as { any?: typeof AbortSignal.any };
  return any === undefined ? signal : Reflect.apply(any, AbortSignal, [[signal]]);
}
