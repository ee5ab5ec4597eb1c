import { ProtocolError } from '@remoteobj/except';
import { Slot } from './msgpack.js';

/** Parts of specials as they must be; anything else ends the link with `ProtocolError`. */

export function expectArray(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new ProtocolError('a special on the wire lacks a list');
}

export function expectRecord(value: unknown): Record<string, unknown> {
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Slot) &&
    !(value instanceof Uint8Array)
  ) {
    return value as Record<string, unknown>;
  }
  throw new ProtocolError('a special on the wire lacks a map');
}

export function expectNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  throw new ProtocolError('a special on the wire lacks a number');
}

/** The number of an object, a result or a recording. */
export function expectId(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new ProtocolError('a special on the wire lacks a number that counts something');
}

export function expectText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ProtocolError('a special on the wire lacks a text');
}

export function expectBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new ProtocolError('a special on the wire lacks bytes');
}
