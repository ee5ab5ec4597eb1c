import type { Frame } from '@remoteobj/core';

// What is posted: bytes or a list of bytes for a frame, a number for what was taken, and these for the end.

/** The link ends in order. */
export const END = null;
/** The link is broken off. */
export const BROKEN = false;

/** What is posted for a frame. */
export function messageOf({ head, blobs, transfer = [] }: Frame): unknown {
  if (blobs.length === 0) return owned(head, transfer);
  return [head, ...blobs].map((bytes) => owned(bytes, transfer));
}

/** The frame of a message; undefined: it is none. */
export function frameOf(data: unknown): Frame | undefined {
  if (data instanceof Uint8Array) return { head: data, blobs: [] };
  if (!Array.isArray(data) || data.length === 0 || !data.every((part) => part instanceof Uint8Array)) return undefined;
  const [head, ...blobs] = data as [Uint8Array, ...Uint8Array[]];
  return { head, blobs };
}

/** A view drags all of its buffer along, which may hold what is nobody's business: only whole buffers are sent as they are. */
function owned(bytes: Uint8Array, moved: readonly ArrayBuffer[]): Uint8Array {
  if (bytes.byteLength === bytes.buffer.byteLength || moved.includes(bytes.buffer as ArrayBuffer)) return bytes;
  return new Uint8Array(bytes);
}
