import { RemoteObjectError } from '@remoteobj/except';
import { writeNumbered, writeWithValue } from './encode.js';
import { reportDelay } from './limits.js';
import { Flag, Kind } from './message.js';
import { forced, outgoingError } from './outgoing.js';
import type { Outbox } from './outbox.js';
import type { Policy } from './policy.js';

/** What leaves for requests of the other side: their answers, and how many have finished that did not ask for one. */
export class Answers {
  readonly #outbox: Outbox;
  readonly #server: { readonly policy: Policy };
  /** A quarter of the other side's limit of calls in flight: it counts on hearing so early. */
  readonly #most: number;
  #unreported = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outbox: Outbox, server: { readonly policy: Policy }, callsInFlight: number) {
    this.#outbox = outbox;
    this.#server = server;
    this.#most = Math.max(1, callsInFlight / 4);
  }

  /** Answers a request, for which this thread may block in the end (`awaited`); gives whether the value itself could be told. */
  give(
    kind: typeof Kind.result | typeof Kind.failure | typeof Kind.pulled,
    id: number,
    failed: boolean,
    value: unknown,
    flags: number,
    awaited = false,
  ): boolean {
    const { control } = this.#outbox;
    const { policy } = this.#server;
    if (this.#unreported > 0) this.#write();
    const outgoing = failed ? outgoingError(value, policy) : forced(value, flags);
    const detail =
      kind === Kind.result ? undefined : kind === Kind.pulled ? Number(failed) : Number((flags & Flag.ask) === 0);
    control.awaited = awaited;
    try {
      writeWithValue(control, kind, id, outgoing, failed ? 'error' : 'result', detail);
      return true;
    } catch (error) {
      // It was run; only what came of it cannot be told.
      if (error instanceof RemoteObjectError) error.executed = 'yes';
      const late = kind === Kind.pulled ? kind : Kind.failure;
      writeWithValue(
        control,
        late,
        id,
        outgoingError(error, policy),
        'error',
        late === Kind.pulled ? 1 : Number((flags & Flag.ask) === 0),
      );
      return false;
    } finally {
      control.awaited = false;
      this.#outbox.answersGrown();
    }
  }

  /** One more request has finished that is not answered: told before the next answer, or soon. */
  count(): void {
    if (++this.#unreported >= this.#most) return this.report();
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.report();
    }, reportDelay);
    (this.#timer as { unref?(): void }).unref?.(); // a number in browsers
  }

  /** Tells now what is to be told soon. */
  report(): void {
    if (this.#unreported === 0) return;
    this.#write();
    this.#outbox.answersGrown();
  }

  /** The link ended. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #write(): void {
    writeNumbered(this.#outbox.control, Kind.done, this.#unreported);
    this.#unreported = 0;
  }
}
