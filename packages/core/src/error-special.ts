import { RemoteObjectError } from '@remoteobj/except';
import { errorToData } from '@remoteobj/except/internal';
import type { Exporter } from './exporter.js';
import { isPromise } from './kinds.js';
import { Special } from './special.js';

/**
 * How an error crosses. `pack` packs one of its parts, and tells about the part instead where that cannot cross.
 *
 * Nothing in an error may keep it waiting: promises among its own properties stay behind, others are told of.
 */
export function errorSpecial(
  error: object,
  exporter: Exporter,
  pack: (part: unknown, name: string) => unknown,
): readonly unknown[] {
  const data = errorToData(error);
  const number = exporter.numberOfRecorded(error);
  const recorded = number === undefined ? [] : [number];
  const text = (value: string): unknown => (value.isWellFormed() ? value : pack(value, 'message'));
  const head = [Special.error, data.className, data.name ?? null, text(data.message)];
  if (exporter.bareErrors) {
    const code = data.own.find(([name]) => name === 'code')?.[1];
    const coded: unknown[] = typeof code === 'string' || typeof code === 'number' ? ['code', code] : [];
    // Of errors of this library, of which the server's code is no part, also whether the call was made.
    if (error instanceof RemoteObjectError) coded.push('executed', error.executed);
    return [...head, null, coded, 0, null, null, ...recorded];
  }
  const part = (value: unknown, name: string): unknown => (isPromise(value) ? '[a promise]' : pack(value, name));
  return [
    ...head,
    data.stack === undefined ? null : wellFormed(data.stack),
    data.own.flatMap(([name, item]) => (isPromise(item) ? [] : [name, pack(item, name)])),
    data.cause === undefined ? 0 : 1,
    data.cause === undefined ? null : part(data.cause.value, 'cause'),
    data.errors === undefined ? null : data.errors.map((item, i) => part(item, `errors[${i}]`)),
    ...recorded,
  ];
}

function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed();
}
