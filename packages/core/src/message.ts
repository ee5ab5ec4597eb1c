/** The wire's vocabulary: what a frame's head is made of. No logic here. PROTOCOL.md describes every kind with its bytes. */
import type { Chain } from './chain.js';
import type { Step } from './operation.js';
import type { Later } from './later.js';

/** First byte of a message. */
export const Kind = {
  hello: 1,
  listen: 2,
  stop: 3,
  eval: 16,
  pull: 17,
  cancel: 18,
  release: 19,
  flush: 20,
  probe: 21,
  ping: 22,
  context: 23,
  result: 32,
  failure: 33,
  pulled: 34,
  done: 35,
  pong: 36,
  item: 48,
  end: 49,
  credit: 50,
  return: 51,
  abort: 52,
  caught: 53,
  tunnel: 54,
  untunnel: 55,
  ahead: 56,
} as const;

/** Bits of an eval message. */
export const Flag = {
  /** An answer is wanted. */
  ask: 1,
  /** The result is kept under the request's number until it is released. */
  keep: 2,
  asValue: 4,
  asReference: 8,
  /** Cancelled before it was sent: it counts, but is not run. */
  cancelled: 16,
  /** The chain of calls follows: where it began, and its number there. */
  chain: 32,
} as const;

/** What a chain starts from. */
export type Base =
  | { readonly kind: 'root' }
  | { readonly kind: 'reference'; readonly id: number }
  | { readonly kind: 'result'; readonly id: number }
  | { readonly kind: 'module'; readonly url: string };

/** What the values of a message left open. */
export interface Values {
  /** Parts of the message's values that are awaited. */
  readonly later: readonly Later[] | undefined;
  /** Why a value could not be made although the message is well-formed. */
  readonly failure: { readonly error: unknown } | undefined;
}

export interface EvalMessage extends Values {
  readonly kind: typeof Kind.eval;
  readonly id: number;
  readonly flags: number;
  readonly base: Base;
  readonly steps: readonly Step[];
  /** The chain of calls it belongs to, when a blocking call began it. */
  readonly chain: Chain | undefined;
  /** What its caller carries along; undefined: nothing. */
  readonly context: Context | undefined;
}

/** What the callers of the evals behind it, in its frame, carry along: values by name, or undefined. */
export interface Context extends Values {
  readonly kind: typeof Kind.context;
  readonly value: Readonly<Record<string, unknown>> | undefined;
}

export interface Hello {
  readonly kind: typeof Kind.hello;
  readonly version: number;
  /** The sender's limits that its peer must know: calls in flight, bytes of a frame. */
  readonly callsInFlight: number;
  readonly frameBytes: number;
}

/** One wait on the way along which waits are followed; deadlock.ts tells the kinds apart. */
export interface ProbeStep {
  readonly origin: number;
  /** Of the wait, counted there. */
  readonly number: number;
  /** Name of the process or thread that waits. */
  readonly process: string;
  readonly view: string;
  /** Milliseconds. */
  readonly waited: number;
}

/** Asks whoever serves request `id` whether it waits itself; the first step is the wait that asks. */
export interface Probe {
  readonly kind: typeof Kind.probe;
  /** 0: asks whoever has `object` of the sender, which somebody waits for. */
  readonly id: number;
  readonly object: number;
  readonly steps: readonly ProbeStep[];
}

/** One of an answer: to an eval that asked (`result`, `failure`) or to a pull or flush (`pulled`). */
export interface Answer extends Values {
  readonly kind: typeof Kind.result | typeof Kind.failure | typeof Kind.pulled;
  readonly id: number;
  readonly failed: boolean;
  /** Of a failure: nobody asked for this result. */
  readonly unasked: boolean;
  readonly value: unknown;
  /** Its length, what stands beside the head included. */
  readonly bytes: number;
}

export type Message =
  | Hello
  | EvalMessage
  | Context
  | Answer
  | Probe
  | { readonly kind: typeof Kind.listen }
  /** Does the other end take frames in? The answer is that it came. */
  | { readonly kind: typeof Kind.ping | typeof Kind.pong }
  | { readonly kind: typeof Kind.stop; readonly reason: unknown }
  | {
      readonly kind: typeof Kind.pull | typeof Kind.flush | typeof Kind.return | typeof Kind.untunnel;
      readonly id: number;
    }
  | { readonly kind: typeof Kind.cancel; readonly id: number }
  | {
      readonly kind: typeof Kind.release;
      readonly space: 'reference' | 'result';
      readonly id: number;
      readonly count: number;
    }
  | { readonly kind: typeof Kind.done; readonly count: number }
  /** The next value of an iteration; the reason of an abort of a signal. */
  | ({
      readonly kind: typeof Kind.item | typeof Kind.abort | typeof Kind.tunnel;
      readonly id: number;
      readonly value: unknown;
    } & Values)
  /** An error was recorded in an Except of the receiver. */
  | ({
      readonly kind: typeof Kind.caught;
      readonly id: number;
      readonly rethrown: boolean;
      readonly value: unknown;
    } & Values)
  | { readonly kind: typeof Kind.end; readonly id: number }
  | { readonly kind: typeof Kind.credit | typeof Kind.ahead; readonly id: number; readonly count: number };

/** Version of this protocol; both ends must say the same. */
export const version = 1;
/** The first bytes of a hello, after its kind. */
export const magic: Uint8Array = new Uint8Array([0x72, 0x6f, 0x62, 0x6a]);
