import { ProtocolError } from '@remoteobj/except';
import { expectNumber, expectText } from './expect.js';
import { elementTypes } from './special.js';

/** Bytes as the typed array, Buffer, DataView or ArrayBuffer they were; `shared`: they are part of a frame and are copied. */
export function bytesOf(type: unknown, bytes: Uint8Array | undefined, shared: boolean): unknown {
  const name = elementTypes[expectNumber(type)];
  if (name === undefined || bytes === undefined)
    throw new ProtocolError('bytes on the wire have no known type or are missing');
  const owned = shared || bytes.byteOffset % 8 !== 0 ? bytes.slice() : bytes;
  const { buffer, byteOffset, byteLength } = owned;
  if (name === 'ArrayBuffer')
    return byteOffset === 0 && byteLength === buffer.byteLength
      ? buffer
      : buffer.slice(byteOffset, byteOffset + byteLength);
  if (name === 'DataView') return new DataView(buffer, byteOffset, byteLength);
  const Class = (globalThis as unknown as Record<string, ElementClass | undefined>)[
    name === 'Buffer' ? 'Buffer' : name
  ];
  if (name === 'Buffer')
    return Class?.from?.(buffer, byteOffset, byteLength) ?? new Uint8Array(buffer, byteOffset, byteLength);
  if (Class === undefined) throw new TypeError(`a ${name} came, which this runtime does not have`);
  const size = Class.BYTES_PER_ELEMENT;
  if (byteLength % size !== 0) throw new ProtocolError(`bytes of a ${name} on the wire do not fill whole elements`);
  return new Class(buffer, byteOffset, byteLength / size);
}

interface ElementClass {
  new (buffer: ArrayBufferLike, offset: number, length: number): unknown;
  from?(buffer: ArrayBufferLike, offset: number, length: number): unknown;
  readonly BYTES_PER_ELEMENT: number;
}

/** A regular expression with its position. */
export function regexp(source: unknown, flags: unknown, lastIndex: unknown): RegExp {
  const made = tried('a regular expression', () => new RegExp(expectText(source), expectText(flags)));
  made.lastIndex = expectNumber(lastIndex);
  return made;
}

/** Runs a constructor of the language on what the wire gave. */
export function tried<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    throw new ProtocolError(`${what} on the wire is not valid`, { cause });
  }
}

/** A string with lone surrogates, from its units. */
export function fromUtf16(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i + 1 < bytes.length; i += 2)
    text += String.fromCharCode((bytes[i] as number) | ((bytes[i + 1] as number) << 8));
  return text;
}
