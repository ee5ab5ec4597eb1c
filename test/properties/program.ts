/** Chains as a program: which of them are recorded in one go, and what each builds on. */
import { fc } from '../support/properties.js';
import { aim, taken, type Place } from './aim.js';
import { graph, printGraph, type Graph } from './graph.js';
import { printStep } from './print-step.js';
import { step, type Argument, type Ending, type Link, type RawStep, type Step } from './steps.js';

/** Chains that are recorded in one tick, awaited together. */
export type Burst = readonly Step[];

/** Up to 30 chains on one graph; printed as a user would write it. */
export class Program {
  readonly graph: Graph;
  readonly bursts: readonly Burst[];

  constructor(parts: Graph, steps: readonly RawProgramStep[]) {
    this.graph = parts;
    this.bursts = inBursts(parts, steps);
  }

  [fc.toStringMethod](): string {
    return `\n${printGraph(this.graph)}\n// remote: the remote of n0\n${this.bursts.map(printBurst).join('\n')}\n`;
  }
}

/** As text: its results are r0, r1, … */
export function printBurst(burst: Burst): string {
  const lines = burst.map((one, i) => `const r${i} = ${printStep(one)};`);
  return [...lines, `await Promise.allSettled([${burst.map((_, i) => `r${i}`).join(', ')}]);`].join('\n');
}

export const program: fc.Arbitrary<Program> = fc
  .tuple(
    graph,
    fc.array(fc.record({ step, first: fc.integer({ min: 0, max: 4 }).map((n) => n === 4) }), {
      minLength: 1,
      maxLength: 30,
      size: 'max',
    }),
  )
  .map(([parts, steps]) => new Program(parts, steps));

interface RawProgramStep {
  readonly step: RawStep;
  /** Whether a new burst begins. */
  readonly first: boolean;
}

/**
 * What starts in order may finish in any: behind a chain that waits for a promise, only such follow in its burst as wait for its result.
 */
function inBursts(parts: Graph, steps: readonly RawProgramStep[]): Burst[] {
  const bursts: Step[][] = [];
  let burst: Step[] = [];
  let places: Place[] = [];
  for (const { step: raw, first } of steps) {
    const previous = burst.at(-1);
    const waits = burst.some(mayWait);
    if (previous === undefined || first || (waits && !hasResult(previous))) {
      bursts.push((burst = []));
      places = [];
    }
    const results = burst.flatMap((one, i) => (hasResult(one) ? [i] : []));
    const last = burst.length - 1;
    const own = raw.base === null ? undefined : taken(results, raw.base);
    let [chain, place] = chainOf(parts, raw, own, places, results);
    if (waits && last >= 0 && !takes(chain, last)) [chain, place] = chainOf(parts, raw, last, places, results);
    burst.push(chain);
    places.push(place);
  }
  return bursts;
}

function chainOf(
  parts: Graph,
  raw: RawStep,
  base: number | undefined,
  places: readonly Place[],
  results: readonly number[],
): [Step, Place] {
  const { way, ending, place } = aim(parts, base === undefined ? parts[0] : places[base], raw);
  return [{ base, way: way.map((link) => among(link, results)), ending: among(ending, results) }, place];
}

/** Whether a result is its base or among its arguments. */
function takes({ base, way, ending }: Step, result: number): boolean {
  const args = [...way.flatMap((link) => ('args' in link ? link.args : [])), ...('to' in ending ? [ending.to] : [])];
  return base === result || args.some((one) => 'result' in one && one.result === result);
}

/** Numbers of results become those of calls that there are. */
function among<T extends Link | Ending>(one: T, results: readonly number[]): T {
  const argument = (given: Argument): Argument => {
    const result = 'result' in given ? taken(results, given.result) : undefined;
    return 'value' in given ? given : result === undefined ? { value: 'a' } : { result };
  };
  if ('args' in one) return { ...one, args: one.args.map(argument) };
  return 'to' in one ? { ...one, to: argument(one.to) } : one;
}

/** Whether it ends in a call. */
function hasResult({ way, ending }: Step): boolean {
  const last = way.at(-1);
  return ending.op === 'value' && last !== undefined && last.op !== 'get';
}

/** Whether something in it is a promise: asynchronous methods, modules that are loaded, and iteration. */
function mayWait({ way, ending }: Step): boolean {
  if (ending.op === 'iterate') return true;
  return way.some((one) => ('fn' in one ? one.fn === 'gist' : one.name === 'later' || one.name === 'failLater'));
}
