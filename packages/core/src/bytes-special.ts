import type { Exporter } from './exporter.js';
import { elementTypeOf, isUnshared } from './kinds.js';
import { blobBytes } from './limits.js';
import { elementTypes, Special } from './special.js';

/** How a buffer or a view of one crosses: few bytes among the values, many beside them. */
export function bytesSpecial(
  value: ArrayBuffer | ArrayBufferView,
  exporter: Exporter,
  fail: (why: string) => Error,
): readonly unknown[] {
  const name = elementTypeOf(value);
  const type = elementTypes.indexOf(name);
  if (type === -1) throw fail(`${name} cannot cross; known are ${elementTypes.join(', ')}`);
  const view = bytesIn(value);
  if (view === undefined)
    throw fail('its buffer was moved away, so there is nothing in it: pass a copy before moving it');
  if (!isUnshared(view.buffer)) throw fail('shared memory cannot be copied: copy it into an ArrayBuffer first');
  if (view.byteLength <= blobBytes) return [Special.bytes, type, view];
  return [Special.blob, type, exporter.addBlob(view)];
}

/** What a buffer or a view of one holds; undefined: the buffer is detached, which Node 20 says only by throwing. */
export function bytesIn(value: ArrayBuffer | ArrayBufferView): Uint8Array | undefined {
  try {
    return ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
  } catch {
    return undefined;
  }
}
