/** What is published on Node's `diagnostics_channel` about calls that are made here. Nobody listens: nothing is made of it. */
import { builtInModule } from '@remoteobj/except/internal';
import type { Outbox } from './outbox.js';
import type { Request } from './request.js';

/** On `remoteobj:call:start`: a call, assignment, reading or iteration was recorded, and leaves with this tick. */
export interface CallTrace {
  /** Number of the connection, counted in this thread. */
  readonly connection: number;
  /** Number of the request, counted on its connection. */
  readonly id: number;
  /** The chain as text, arguments included: `(?.items.push(3))`. */
  readonly view: string;
  /** Encoded bytes of the request. */
  readonly sent: number;
  /** Whether its thread waits without turning the event loop. */
  readonly blocking: boolean;
}

/** On `remoteobj:call:end`: it was answered. What nobody awaits is not answered. */
export interface CallEndTrace extends CallTrace {
  /** Encoded bytes of the answer; 0: it was settled without one. Those of an iteration are not counted. */
  readonly received: number;
  /** Milliseconds since the start. */
  readonly duration: number;
}

/** On `remoteobj:call:error`: it failed, over there or on the way. */
export interface CallErrorTrace extends CallEndTrace {
  readonly error: unknown;
}

interface Channel {
  readonly hasSubscribers: boolean;
  publish(message: CallTrace): void;
}

const node = builtInModule<{ channel(name: string): Channel }>('node:diagnostics_channel');
const none: Channel = { hasSubscribers: false, publish: () => {} };
const started = node?.channel('remoteobj:call:start') ?? none;
const ended = node?.channel('remoteobj:call:end') ?? none;
const failed = node?.channel('remoteobj:call:error') ?? none;

/** Whether anybody listens. */
export function isTraced(): boolean {
  return started.hasSubscribers || ended.hasSubscribers || failed.hasSubscribers;
}

/** Bytes of requests that have not left, to tell how long one of them is. */
export function unsentBytes(outbox: Outbox): number {
  return outbox.lane(false).bytes + outbox.lane(true).bytes;
}

/** One call that somebody hears of. */
export class TracedCall {
  readonly #call: CallTrace;
  readonly #began = performance.now();
  /** Encoded bytes of its answer. */
  received = 0;

  constructor(connection: number, { id, view, blocking }: Request, sent: number) {
    this.#call = { connection, id, view: String(view), sent, blocking };
    if (started.hasSubscribers) started.publish(this.#call);
  }

  /** It is over. */
  settled(failure: { readonly error: unknown } | undefined): void {
    const channel = failure === undefined ? ended : failed;
    if (!channel.hasSubscribers) return;
    const duration = performance.now() - this.#began;
    const end: CallEndTrace = { ...this.#call, received: this.received, duration };
    const trace: CallEndTrace | CallErrorTrace = failure === undefined ? end : { ...end, error: failure.error };
    channel.publish(trace);
  }
}
