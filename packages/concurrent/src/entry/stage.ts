/** Served by the threads and processes of a pipeline. */

/** Milliseconds after which what is done of a batch is handed back, and the rest not begun. */
const longestBatch = 5;

/** What became of items: their results, and the positions of those that are errors instead. There may be fewer than items. */
export interface Outcomes {
  readonly results: readonly unknown[];
  readonly failed: readonly number[];
  /** How long it took, without the way there and back. */
  readonly milliseconds: number;
}

/** Gives what runs the function that a view among the arguments stands for on item after item. */
export function find(fn: (item: unknown) => unknown): (items: readonly unknown[]) => Promise<Outcomes> {
  if (typeof fn !== 'function') throw new TypeError(`fn must name a function; the module has ${describe(fn)} there`);
  return async (items) => {
    const results: unknown[] = [];
    const failed: number[] = [];
    const before = performance.now();
    for (const item of items) {
      try {
        results.push(await fn(item));
      } catch (error) {
        failed.push(results.push(error) - 1);
      }
      if (performance.now() - before > longestBatch) break;
    }
    return { results, failed, milliseconds: performance.now() - before };
  };
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing of that name' : `a value of type ${typeof value}`;
}
