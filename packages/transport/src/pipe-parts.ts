import type { Peer } from '@remoteobj/core';

/** What a pipe is made of. */
export interface PipeParts {
  /** Node's own handle of a stream, or the number of a descriptor. */
  readonly handle?: unknown;
  readonly fd?: number;
  /** Bytes that were read from it before. */
  readonly early?: Uint8Array | undefined;
  readonly peer: Peer;
  readonly maxFrameBytes?: number | undefined;
  /** Descriptor of the file that both sides can map; the pipe closes it. */
  readonly shared?: number | undefined;
  /** Whether this side may offer to share it: the one that made it. */
  readonly offers?: boolean;
  /** Why the stream ended without the mark of an orderly end; default: the error, or that it was cut off. */
  readonly explain: (error: Error | undefined) => Promise<Error>;
  /** The same without turning the event loop; default: the error, or that it was cut off. */
  readonly explainNow?: (error: Error | undefined) => Error;
  /** Asked while a thread blocks and nothing comes: whether the other process has ended, though another one may have its end open. */
  readonly died?: () => boolean;
}
