import { remoteCallLine } from '@remoteobj/except/internal';

/** Puts the place where a job was made below the stack of an error that comes from there. */
export function addPlace(error: unknown, place: { readonly stack?: string }): void {
  const stack: unknown = error instanceof Error ? Object.getOwnPropertyDescriptor(error, 'stack')?.value : undefined;
  if (typeof stack !== 'string' || stack.includes(remoteCallLine)) return;
  const frames = (place.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  if (frames.length === 0) return;
  const value = [stack, remoteCallLine, ...frames].join('\n');
  Object.defineProperty(error, 'stack', { value, writable: true, enumerable: false, configurable: true });
}
