import type { Limits } from './limits.js';
import type { View } from './view.js';

/** What a value may need of the connection it crosses. */
export interface Exporter {
  readonly limits: Limits;
  /** Errors go out with name, message and code only: the other side is a stranger. */
  readonly bareErrors: boolean;
  /** This thread blocks until the answer is here, so no promise settles meanwhile. */
  readonly blocking: boolean;
  /** It is an answer for which this thread blocks in the end: only promises that are settled may be in it, and cross as their values. */
  readonly awaited: boolean;
  /** The number under which the other side may use this object from now on. */
  exportObject(value: object, dispose: boolean, stays: boolean): number;
  /** Whether the other side was given this object on purpose by reference; it then stays a reference, so that identity holds. */
  staysReference(value: object): boolean;
  /** A chain on the other side, as a special; undefined: it belongs to another connection. `pack` packs its arguments. */
  exportView(view: View, pack: (value: unknown, part: string) => unknown): ExportedView | undefined;
  /** The number under which the other side was told of this error when it was recorded; undefined: it was not. */
  numberOfRecorded(error: object): number | undefined;
  /** Large bytes beside the frame's head; returns the blob's index within the value. */
  addBlob(bytes: Uint8Array): number;
  moveBuffers(buffers: readonly ArrayBuffer[]): void;
}

/** How a chain crosses as an argument: as a special, or, when its value is known here already, as that value. */
export type ExportedView = { readonly special: readonly unknown[] } | { readonly value: unknown };
