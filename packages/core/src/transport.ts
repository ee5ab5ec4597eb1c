/**
 * Carries whole frames, in order, both ways. Does not encode, correlate, time out or reconnect.
 *
 * Calls come in this order: `listen` once, then `send`, `keepAlive` and `block` any number of times, `close` last.
 */
export interface Transport {
  /** Queues one frame; false: wait for `drained` before sending much more. After the end, frames are dropped. */
  send(frame: Frame): boolean;
  /** Starts delivery; called once. Frames that came before are delivered first. */
  listen(receiver: Receiver): void;
  /**
   * Blocks until at least one frame was delivered to the receiver, the link ended, or `milliseconds` passed;
   * true: something was delivered or ended. Absent: no blocking use here.
   */
  readonly block?: (milliseconds: number) => boolean;
  /**
   * Hands everything that was sent to the other side or to the operating system, so that it arrives even if this process dies now; blocks
   * until then, or so many milliseconds. False: not everything, and the rest waits. Absent: `send` does so by itself.
   */
  readonly flushSync?: (milliseconds: number) => boolean;
  /** Whether the open link keeps the event loop alive; it does not until told so. */
  keepAlive(on: boolean): void;
  /** Flushes, then ends; resolves when the link has ended. Idempotent. With a reason: ends now and drops what waits. */
  close(reason?: Error): Promise<void>;
  /** True: when `send` returns, the blobs of the frame were copied or written, and may be changed. Absent: they were given away. */
  readonly copies?: boolean;
  /** A link inside this program: its transport, and the other end of it for another thread. Absent: there are no threads. */
  readonly handOver?: () => readonly [Transport, Port];
  /** Who is at the other end, which sets the default access policy; absent: a stranger. */
  readonly peer?: Peer;
}

/**
 * `parent`: the process or thread that started this one. `child`: one that we started.
 * `same`: this very program (a pair in memory, a thread of this process).
 */
export type Peer = 'parent' | 'child' | 'same';

/** One end of a MessageChannel, in Node or in a browser. */
export type Port = InstanceType<typeof globalThis.MessagePort>;

/** What a transport calls. A receiver that throws does not stop the next frame. */
export interface Receiver {
  /** One frame, whole, in the order sent. Its bytes belong to the receiver from now on. */
  frame(frame: Frame): void;
  /** After `send` returned false: there is room again. */
  drained(): void;
  /** Exactly once, last. A reason only when the link broke (the other end died, rubbish came); none when either end closed it. */
  closed(reason?: Error): void;
}

/** Bytes of one or more messages, and large buffers beside them that need not be copied into the bytes. */
export interface Frame {
  readonly head: Uint8Array;
  readonly blobs: readonly Uint8Array[];
  /** Buffers of `blobs` that the sender gives up: the transport may move them instead of copying. */
  readonly transfer?: readonly ArrayBuffer[];
}
