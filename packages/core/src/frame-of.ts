import type { Batch } from './batch.js';
import type { Frame } from './transport.js';

/** One frame of one batch or two. */
export function frameOf([first, second]: readonly [Batch] | readonly [Batch, Batch]): Frame {
  if (second === undefined) return { head: first.writer.take(), blobs: first.blobs, transfer: first.transfer };
  const head = new Uint8Array(first.writer.at + second.writer.at);
  head.set(first.writer.bytes.subarray(0, first.writer.at));
  head.set(second.writer.bytes.subarray(0, second.writer.at), first.writer.at);
  return { head, blobs: [...first.blobs, ...second.blobs], transfer: [...first.transfer, ...second.transfer] };
}
