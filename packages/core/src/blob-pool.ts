/**
 * Memory for copies of large byte strings on their way out. Fresh memory costs more than the copy itself, because the system has to
 * clear each page of it.
 */

/** Bytes of the smallest and the largest copy that is kept for the next one. */
const smallest = 64 * 1024;
const largest = 8 * 1024 * 1024;
/** Bytes that are kept in all. */
const most = 16 * 1024 * 1024;

const free = new Map<number, ArrayBuffer[]>();
let kept = 0;

/** A copy of some bytes, in memory that may be given back; undefined: not of this size. */
export function pooledCopy(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.byteLength < smallest || bytes.byteLength > largest) return undefined;
  const size = classOf(bytes.byteLength);
  let buffer = free.get(size)?.pop();
  if (buffer === undefined) buffer = new ArrayBuffer(size);
  else kept -= size;
  const copy = new Uint8Array(buffer, 0, bytes.byteLength);
  copy.set(bytes);
  return copy;
}

/** Nobody reads this copy any more. */
export function giveBack({ buffer }: Uint8Array): void {
  const size = buffer.byteLength;
  if (kept + size > most) return;
  kept += size;
  const list = free.get(size);
  if (list === undefined) free.set(size, [buffer as ArrayBuffer]);
  else list.push(buffer as ArrayBuffer);
}

/** The next power of two. */
function classOf(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes));
}
