/** Messages as PROTOCOL.md writes them, made by hand: the other end of these cases is not this library. */

type Part = number | string | readonly number[] | Uint8Array;

/** Bytes of numbers below 256, of texts in hexadecimal, and of other bytes. */
export function bytes(...parts: readonly Part[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'number' ? [part] : typeof part === 'string' ? [...Buffer.from(part, 'hex')] : [...part],
    ),
  );
}

/** Seven bits a byte, lowest first. */
export function varint(value: number): number[] {
  const out: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) out.push((value % 128) | 128);
  return [...out, value];
}

export function text(value: string): number[] {
  const utf8 = Buffer.from(value);
  return [...varint(utf8.length), ...utf8];
}

export function u32(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** `hello`, and `listen` behind it. */
export const hello: Uint8Array = bytes('01726f626a01', varint(65_536), varint(2 ** 28), 2);

/** A value of kind 7: MessagePack and its blobs. */
export function special(messagePack: string, blobs = 0): Uint8Array {
  const packed = bytes(messagePack);
  return bytes(7, blobs, varint(packed.length), packed);
}

/** The answer to request `id`: an integer below 64. */
export function result(id: number, value: number): Uint8Array {
  return bytes(32, varint(id), 4, value * 2);
}

/** A frame as it stands in a stream, or with `alignment` 8 in a ring. */
export function frame(head: Uint8Array, alignment: number, blobs: readonly Uint8Array[] = []): Uint8Array {
  const filled = (part: Uint8Array): Uint8Array =>
    bytes(part, new Uint8Array((alignment - (part.length % alignment)) % alignment));
  const header = u32(head.length, blobs.length, ...blobs.map(({ length }) => length));
  return bytes(...[header, head, ...blobs].map(filled));
}
