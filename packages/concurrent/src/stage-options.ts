import { isRemote, type AnyView, type Arrived } from '@remoteobj/core';
import { isBound } from './bound.js';

/** One step of a pipeline. */
export interface StageOptions {
  /**
   * Makes a result of an item. With `here` any function; otherwise a function of a module (`remoteModule(url).name`) or
   * `inline(function)`.
   */
  readonly fn: (item: AnyView) => unknown;
  /** Name in errors and statistics; default its index. */
  readonly name?: string;
  /** How many items it works on at the same time, each in a thread or process of its own; default 1. */
  readonly workers?: number;
  /** How many items may wait before it; default 16. */
  readonly queueSize?: number;
  /** Where it runs; default `here` for functions, `process` for functions of modules. */
  readonly strategy?: 'here' | 'thread' | 'process';
}

/** What the first stage takes. */
export type InputOf<S extends readonly StageOptions[]> = S extends readonly [
  { readonly fn: (item: infer I) => unknown },
  ...unknown[],
]
  ? I
  : AnyView;

/** What the last stage makes. */
export type OutputOf<S extends readonly StageOptions[]> = S extends readonly [
  ...unknown[],
  { readonly fn: (...args: never[]) => infer R },
]
  ? Arrived<Awaited<R>>
  : AnyView;

/** Options of a stage with nothing left open. */
export interface StagePlan extends Required<Omit<StageOptions, 'name'>> {
  readonly name: string | number;
}

/** Stages with their defaults. Throws TypeError or RangeError that names the stage and the option. */
export function readStages(stages: readonly StageOptions[]): StagePlan[] {
  if (!Array.isArray(stages) || stages.length === 0)
    throw new TypeError('pipeline takes a list of stages: pipeline([{ fn: resize, workers: 2 }, { fn: save }])');
  const names = new Set<string>();
  return stages.map((stage, index) => {
    const plan = readStage(stage, index);
    if (names.has(String(plan.name)))
      throw new TypeError(`pipeline: two stages are called '${plan.name}': give each a name of its own`);
    names.add(String(plan.name));
    return plan;
  });
}

const known = ['fn', 'name', 'workers', 'queueSize', 'strategy'];
const strategies = ['here', 'thread', 'process'];

function readStage(stage: StageOptions, index: number): StagePlan {
  if (typeof stage !== 'object' || stage === null)
    throw new TypeError(`pipeline: stage ${index} must be an object such as { fn: resize, workers: 2 }`);
  const { fn, name = index, workers = 1, queueSize = 16 } = stage;
  const who = `pipeline: stage ${typeof name === 'string' ? `'${name}'` : index}`;
  for (const key of Object.keys(stage)) {
    if (!known.includes(key)) throw new TypeError(`${who}: there is no option '${key}'; there are ${known.join(', ')}`);
  }
  for (const [option, value] of Object.entries({ workers, queueSize })) {
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw new RangeError(`${who}: ${option} must be a whole number from 1, not ${value}`);
  }
  const local = isLocal(fn);
  if (!local && !isElsewhere(fn)) throw new TypeError(`${who}: fn must be a function, not ${typeof fn}`);
  const { strategy = local ? 'here' : 'process' } = stage;
  if (!strategies.includes(strategy))
    throw new TypeError(`${who}: strategy must be one of ${strategies.join(', ')}, not '${strategy}'`);
  if (strategy === 'here' && !local)
    throw new TypeError(
      `${who}: with 'here' fn must be a function, not one that is only named: use 'process' or 'thread'`,
    );
  if (strategy !== 'here' && local) {
    throw new TypeError(
      `${who}: with '${strategy}' fn must be known over there: name it with remoteModule(url), or send it with inline(fn)`,
    );
  }
  return { fn, name, workers, queueSize, strategy };
}

/** A function, or a remote one that is called where it is. */
function isLocal(fn: unknown): boolean {
  return typeof fn === 'function' && (!isRemote(fn) || isBound(fn));
}

/** An unbound view, or what `inline` gives. */
function isElsewhere(fn: unknown): boolean {
  return isRemote(fn) || (typeof fn === 'object' && fn !== null);
}
