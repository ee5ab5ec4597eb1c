import { LimitError, ProtocolError } from '@remoteobj/except';

/**
 * Walks packed bytes without building anything: bounds parts and depth before memory is spent, and refuses every extension but
 * ours, since a decoder's built-in ones build objects by names that the wire chooses.
 *
 * Throws `ProtocolError` for rubbish, `LimitError` for a value that is too large.
 */
export function checkPacked(bytes: Uint8Array, nodes: number, depth: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const open: number[] = []; // parts still to come at each level; a map's are counted as keys and values
  const isMap: boolean[] = [];
  let at = 0;
  let count = 0;
  do {
    if (at >= bytes.length) throw new ProtocolError('a packed value is cut short');
    if (++count > nodes) throw new LimitError(`a value has more than ${nodes} parts`, { executed: 'no' });
    const byte = bytes[at++] as number;
    const top = open.length - 1;
    if (top >= 0) {
      if (isMap[top] && (open[top] as number) % 2 === 0 && !isString(byte))
        throw new ProtocolError('a packed map has a key that is no string');
      (open[top] as number)--;
    }
    const children = childrenOf(byte);
    if (children !== undefined) {
      if (open.length >= depth)
        throw new LimitError(`a value is nested deeper than ${depth} levels`, { executed: 'no' });
      const map = (byte & 0xf0) === 0x80 || byte >= 0xde;
      open.push(map ? children * 2 : children);
      isMap.push(map);
    } else {
      const size = sizeOf(byte); // moves `at` itself
      at += size;
    }
    while (open.length > 0 && open[open.length - 1] === 0) {
      open.pop();
      isMap.pop();
    }
  } while (open.length > 0);
  if (at !== bytes.length) throw new ProtocolError('a packed value does not fill its bytes');

  function childrenOf(byte: number): number | undefined {
    if ((byte & 0xf0) === 0x80 || (byte & 0xf0) === 0x90) return byte & 15;
    if (byte === 0xdc || byte === 0xde) return take(2);
    if (byte === 0xdd || byte === 0xdf) return take(4);
    return undefined;
  }

  function sizeOf(byte: number): number {
    if (byte < 0x80 || byte >= 0xe0 || byte === 0xc0 || byte === 0xc2 || byte === 0xc3) return 0;
    if ((byte & 0xe0) === 0xa0) return byte & 31;
    switch (byte) {
      case 0xc4:
      case 0xd9:
        return take(1);
      case 0xc5:
      case 0xda:
        return take(2);
      case 0xc6:
      case 0xdb:
        return take(4);
      case 0xca:
      case 0xce:
      case 0xd2:
        return 4;
      case 0xcb:
      case 0xcf:
      case 0xd3:
        return 8;
      case 0xcc:
      case 0xd0:
        return 1;
      case 0xcd:
      case 0xd1:
        return 2;
      case 0xd4:
        return extension(0, 1);
      case 0xd6:
        return extension(1, 4);
      default:
        throw new ProtocolError(`a packed value has a part of kind 0x${byte.toString(16)}, which is not used here`);
    }
  }

  function extension(type: number, size: number): number {
    if (take(1) !== type) throw new ProtocolError('a packed value has an extension that is not ours');
    return size;
  }

  function take(size: 1 | 2 | 4): number {
    if (at + size > bytes.length) throw new ProtocolError('a packed value is cut short');
    const value = size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);
    at += size;
    return value;
  }
}

function isString(byte: number): boolean {
  return (byte & 0xe0) === 0xa0 || (byte >= 0xd9 && byte <= 0xdb);
}
