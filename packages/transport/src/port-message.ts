import type { Frame } from '@remoteobj/core';

/** Says that the link ends in order; frames are texts, bytes or lists, and numbers tell what was taken. */
export const END = null;

/** Bytes of a head that is posted as text: cloning a typed array costs a port more than all the rest of a small message. */
const mostText = 1024;

/** Node's own methods of buffers, which work on any bytes; browsers have no way as fast, and post bytes. */
interface Latin1 {
  latin1Slice(this: Uint8Array, from: number, to: number): string;
  latin1Write(this: Uint8Array, text: string, at: number, length: number): number;
}
const latin1 = (globalThis as { Buffer?: { readonly prototype: Latin1 } }).Buffer?.prototype;

/** What is posted for a frame: a text of a character for each byte, bytes, or a list of bytes. */
export function messageOf({ head, blobs, transfer = [] }: Frame): unknown {
  if (blobs.length > 0) return [head, ...blobs].map((bytes) => owned(bytes, transfer));
  if (latin1 === undefined || head.byteLength > mostText) return owned(head, transfer);
  return latin1.latin1Slice.call(head, 0, head.byteLength);
}

/** The frame of a message; undefined: it is none. */
export function frameOf(data: unknown): Frame | undefined {
  if (typeof data === 'string') return data.length > mostText ? undefined : { head: bytesOf(data), blobs: [] };
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

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  if (latin1 === undefined) for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  else latin1.latin1Write.call(bytes, text, 0, text.length);
  return bytes;
}
