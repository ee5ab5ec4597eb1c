/** Random tests; the sole importer of fast-check. */
export { default as fc } from 'fast-check';

/** How often something is tried: `usually`, or what PROPERTY_RUNS says. */
export function runs(usually: number): number {
  return Number(process.env['PROPERTY_RUNS'] ?? usually);
}
