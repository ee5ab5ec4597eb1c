/** The only importer of msgpackr: a tree of plain data and slots ⇄ bytes of standard MessagePack. */
import { addExtension, Packr } from 'msgpackr/index-no-eval';
import { ProtocolError } from '@remoteobj/except';
import { checkPacked } from './check-packed.js';

/** Stands in a packed tree for entry `index` of the table of specials; extension type 1, four bytes, big-endian. */
export class Slot {
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }
}

addExtension({
  Class: Slot,
  type: 1,
  pack: (slot: Slot) => {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, slot.index);
    return bytes;
  },
  unpack: (bytes: Uint8Array) => new Slot(new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)),
});

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

/** A view of msgpackr's own memory: copy it before the next call. */
export function packTree(tree: unknown): Uint8Array {
  return packr.pack(tree);
}

/** Reads a tree of at most `nodes` parts and `depth` levels; byte strings in it are views of `bytes`. Throws `ProtocolError`. */
export function unpackTree(bytes: Uint8Array, nodes: number, depth: number): unknown {
  checkPacked(bytes, nodes, depth);
  try {
    return packr.unpack(bytes);
  } catch (cause) {
    throw new ProtocolError('a value on the wire is not valid MessagePack', { cause });
  }
}
