import type { Both } from './only-types.js';

/** Imported as `./beside.js`, as TypeScript wants it. */
export function twice(n: number): number {
  const both: Both = { left: n, right: n };
  return both.left + both.right;
}
