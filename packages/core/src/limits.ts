/**
 * Every bound of a connection. The receiver enforces them before it allocates.
 *
 * `trusted` is for threads and children of one program, where the bounds catch mistakes; `exposed` is for strangers, where they
 * bound what a stranger can make this process allocate.
 */
export interface Limits {
  /** Bytes of one frame. 256 MiB holds a camera's picture; an exposed server's memory is not for the asking. */
  readonly frameBytes: number;
  /** Operations in one chain: a longer one is a program error or an attack on the evaluator's loop. */
  readonly chainLength: number;
  /** UTF-16 units of a member's name. */
  readonly keyLength: number;
  /** Nesting of a value: beyond it, recursive code of the user would overflow the stack. */
  readonly valueDepth: number;
  /** Parts of the values of one message: 1 MB of empty maps would become 180 MB. */
  readonly valueNodes: number;
  /** Requests of the peer that have not finished; the sender waits above it. Code that is called back needs room for its own calls. */
  readonly callsInFlight: number;
  /**
   * Objects of ours that the peer holds, and objects of the peer that we hold. Dropped ones count until a full garbage collection has
   * seen them, which a program that makes and drops 100,000 of them does not have to wait for.
   */
  readonly references: number;
  /** Results kept for the peer because it may still extend them. */
  readonly keptResults: number;
  /** Errors that the peer records in Excepts it was passed, as long as the link lasts. */
  readonly recordedErrors: number;
  /** Iterations open at once. */
  readonly streams: number;
  /** Bytes of requests that wait to be sent; beyond it operations fail with `LimitError`, not executed. */
  readonly unsentBytes: number;
}

const MiB = 1024 * 1024;

/** Bounds between threads and processes of one program. */
export const trustedLimits: Limits = {
  frameBytes: 256 * MiB,
  chainLength: 64,
  keyLength: 256,
  valueDepth: 128,
  valueNodes: 1_000_000,
  callsInFlight: 65_536,
  references: 1_000_000,
  keptResults: 1_000_000,
  recordedErrors: Number.POSITIVE_INFINITY,
  streams: 256,
  unsentBytes: 256 * MiB,
};

/** Bounds towards strangers. */
export const exposedLimits: Limits = {
  ...trustedLimits,
  frameBytes: 16 * MiB,
  valueNodes: 100_000,
  callsInFlight: 4096,
  references: 4096,
  keptResults: 4096,
  recordedErrors: 10_000,
  unsentBytes: 64 * MiB,
};

/** Before the other end has said hello it may not send more than this in one frame. */
export const helloBytes: number = 64 * 1024;
/** Items a producer may be ahead of its consumer: enough to hide a round trip, little enough to stop a camera soon. */
export const streamWindow = 32;
/** Bytes larger than this travel beside the frame's head instead of inside it. */
export const blobBytes: number = 16 * 1024;
/** Requests that wait for a listener are cut into batches this small: the other end's limits are not known yet. */
export const heldRequests: number = 128;
export const heldBytes: number = 1024 * 1024;
/** A frame is closed and sent when its requests exceed this, even within a tick. */
export const batchBytes: number = 4 * MiB;
/** Answers that leave together: waking the other end costs as much as a dozen calls, so fewer would not pay; more would let it idle. */
export const answersPerFrame: number = 16;
/** Milliseconds that the error of an unawaited operation waits for a `flush` before it becomes an unhandled rejection. */
export const unheardGrace = 100;
/** Milliseconds after which the other end is told, without being asked, how many calls have finished: a wake-up for it, so not at once. */
export const reportDelay = 20;
/** Milliseconds that whoever records an error waits, without turning its event loop, for the other side to take in what it was told before. */
export const roomPatience = 5000;
