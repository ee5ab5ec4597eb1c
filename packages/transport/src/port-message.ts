import type { Frame } from '@remoteobj/core';
import { ConnectionClosedError, RemoteDiedError } from '@remoteobj/except';

// What is posted: bytes or a list of bytes for a frame, a number for what was taken, and these for the end.

/** The link ends in order. */
export const END = null;
/** The link is broken off. */
const BROKEN = false;

/** The link is broken off because the process or thread that it led to has ended. */
interface Died {
  readonly remoteobj: 'died';
  readonly message: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderrTail: string;
}

/** What is posted when the link is broken off. */
export function brokenBy(reason: Error): unknown {
  if (!(reason instanceof RemoteDiedError)) return BROKEN;
  const { message, exitCode, signal, stderrTail } = reason;
  return { remoteobj: 'died', message, exitCode, signal, stderrTail } satisfies Died;
}

/** Why the other end broke the link off; undefined: it did not. */
export function breakOf(data: unknown): Error | undefined {
  if (data === BROKEN) return new ConnectionClosedError('the other end broke the link off');
  if (!isDied(data)) return undefined;
  const { message, exitCode, signal, stderrTail } = data;
  return new RemoteDiedError(message, { exitCode, signal, stderrTail });
}

function isDied(data: unknown): data is Died {
  if (typeof data !== 'object' || data === null) return false;
  const { remoteobj, message, exitCode, signal, stderrTail } = data as Partial<Died>;
  return (
    remoteobj === 'died' &&
    typeof message === 'string' &&
    (exitCode === null || typeof exitCode === 'number') &&
    (signal === null || typeof signal === 'string') &&
    typeof stderrTail === 'string'
  );
}

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
