import type { Side, Work } from './work.js';

/** What one comparison gave, in the unit of its work. */
export interface Measured {
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  /** Undefined: nothing is asked of it. */
  readonly ok: boolean | undefined;
}

/**
 * Measures both sides in turn (A B A B …), so that a machine that becomes slower is slower for both. A round is a number of slices;
 * its figure is their median; the best round counts, because whatever else runs on the machine only ever adds time.
 */
export async function measure(work: Work, rounds: number): Promise<Measured> {
  const sides = [await work.ours(), await work.peer()] as const;
  try {
    const best = [Infinity, Infinity];
    for (const side of sides) await round(side, work); // warm: connected, buffers grown, compiled
    for (let i = 0; i < rounds; i++) {
      for (const [which, side] of sides.entries())
        best[which] = Math.min(best[which] as number, await round(side, work));
    }
    const [ours, peer] = best.map((milliseconds) =>
      work.unit === 'time' ? milliseconds * 1000 : 1000 / milliseconds,
    ) as [number, number];
    return { ours, peer, ratio: ours / peer, ok: verdict(work, ours / peer) };
  } finally {
    for (const side of sides) await side.stop();
  }
}

/**
 * Milliseconds for doing the work once. No collection is forced in between: it would throw away compiled code, and each round
 * would begin cold.
 */
async function round(side: Side, { times, slices = 9 }: Work): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < slices; i++) taken.push((await side.run(times)) / times);
  taken.sort((a, b) => a - b);
  return taken[slices >> 1] as number;
}

function verdict({ unit, must }: Work, ratio: number): boolean | undefined {
  if (must === undefined) return undefined;
  return unit === 'time' ? ratio <= must : ratio >= must;
}
