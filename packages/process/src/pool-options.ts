import { availableParallelism } from 'node:os';
import { checked, type SpawnOptions } from './options.js';
import { checkedRestart, type RestartOptions, type RestartPlan } from './restart-options.js';

/** Options of `pool`; those of `spawn` are for each of its workers. */
export interface PoolOptions extends Omit<SpawnOptions, 'name' | 'daemon' | 'restart' | 'rebuild' | 'exposeModule'> {
  /** How many workers there are at most; default one for each processor that may be used. */
  readonly size?: number;
  /** Whether they are threads instead of processes; default false. */
  readonly threaded?: boolean;
  /** How often workers that died are replaced, all of them together; default 10 times a minute. */
  readonly restart?: Omit<RestartOptions, 'rebuild'>;
  /** Milliseconds after which a worker ends that does nothing and whose objects nobody holds here; default never. */
  readonly idleTimeout?: number;
}

/** Options with nothing left open. */
export interface PoolPlan {
  readonly size: number;
  readonly threaded: boolean;
  readonly restart: RestartPlan;
  readonly idleTimeout: number | undefined;
  /** What each worker is started with. */
  readonly spawning: SpawnOptions;
}

/** Pool options with their defaults. Throws TypeError or RangeError that names the option. */
export function checkedPool(options: PoolOptions): PoolPlan {
  const {
    size = availableParallelism(),
    threaded = false,
    restart = { times: 10 },
    idleTimeout,
    ...spawning
  } = options;
  checkSize(size, 'pool');
  if (typeof threaded !== 'boolean') throw new TypeError('pool: threaded must be true or false');
  if (idleTimeout !== undefined && !(idleTimeout > 0))
    throw new RangeError(`pool: idleTimeout must be milliseconds above 0, not ${idleTimeout}`);
  for (const key of Object.keys(spawning)) {
    if (!passedOn.includes(key))
      throw new TypeError(`pool: there is no option '${key}'; there are ${[...own, ...passedOn].join(', ')}`);
    if (threaded && ['cwd', 'stdio'].includes(key))
      throw new TypeError(`pool: threads have no ${key} of their own: leave it out, or threaded`);
  }
  checked(spawning, threaded ? 'thread' : 'process', 'pool');
  return { size, threaded, restart: checkedRestart(restart, 'pool'), idleTimeout, spawning };
}

/** Throws RangeError for what is no number of workers. */
export function checkSize(size: number, caller: string): void {
  if (!(Number.isSafeInteger(size) && size >= 1))
    throw new RangeError(`${caller}: size must be a whole number from 1, not ${String(size)}`);
}

const own = ['size', 'threaded', 'restart', 'idleTimeout'];
const passedOn = ['args', 'env', 'cwd', 'execArgv', 'stdio', 'resourceLimits', 'startTimeout', 'hangTimeout'];
