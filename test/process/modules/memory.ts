import { resourceLimits } from 'node:worker_threads';

export function limits(): Record<string, number | undefined> {
  return { ...resourceLimits };
}

/** Takes memory until there is no more. */
export function fill(): never {
  const held: number[][] = [];
  for (;;) held.push(new Array<number>(100_000).fill(1));
}
