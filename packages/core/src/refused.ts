import { SafeSet } from './intrinsics.js';
import { functionConstructors } from './realm.js';

/** What gives away the whole process is refused by identity, however it was reached. */
const refused = new SafeSet<unknown>([
  globalThis,
  ...functionConstructors,
  Function.prototype,
  Function.prototype.call,
  Function.prototype.apply,
  Function.prototype.bind,
  // oxlint-disable-next-line no-eval -- named to be refused
  eval,
  Object,
  Object.prototype,
  Reflect,
  Proxy,
  ...globals(
    'WebAssembly process require module Worker importScripts Deno Bun',
    'setTimeout setInterval setImmediate queueMicrotask clearTimeout clearInterval clearImmediate',
  ),
]);
refused.delete(undefined);

/** Whether a value is never given to a peer. */
export function isRefusedValue(value: unknown): boolean {
  return refused.has(value);
}

/** Adds objects and functions to what is never given to a peer. */
export function refuseValues(values: Iterable<unknown>): void {
  for (const value of values) {
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') refused.add(value);
  }
}

/** Some of them are accessors of the global object, so they are read. */
function globals(...lists: readonly string[]): unknown[] {
  return lists
    .flatMap((list) => list.split(' '))
    .map((name) => (globalThis as unknown as Record<string, unknown>)[name]);
}
