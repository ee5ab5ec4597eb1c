import { namedFunction, type NamedFunction } from '@remoteobj/core/internal';
import { Except } from '@remoteobj/except';
import type { Job } from './job.js';
import { countedName } from './names.js';
import { checkResourceLimits, type SpawnOptions } from './options.js';

/** Options of `job`. Those of a process's start are as for `spawn`. */
export interface JobOptions extends Pick<
  SpawnOptions,
  'env' | 'cwd' | 'execArgv' | 'stdio' | 'resourceLimits' | 'startTimeout'
> {
  /** True: it runs in a thread of this process; default false: in a process of its own. */
  readonly threaded?: boolean;
  /** Name in messages; default counts up per function and kind: `countTo-process-1`. */
  readonly name?: string;
  /** Milliseconds that it may take; past them it is ended, and `result` rejects with `TimeoutError`. Default: no limit. */
  readonly timeout?: number;
  /** Whether `join` and disposal throw the job's error; default true. */
  readonly raises?: boolean;
  /** Whether yields and return value come back; default true. */
  readonly results?: boolean;
  /** Whether it ends when this process does, however that ends; default true. */
  readonly daemon?: boolean;
  /** Whether it is started at once; default true. False: `start()` does. */
  readonly start?: boolean;
  /** Where its error is recorded, in the group of its name, unless its function recorded it there itself; default an Except of its own. */
  readonly errors?: Except;
  /** Called once, when it has ended and nothing of it is left. */
  readonly onClose?: (job: Job<unknown>) => void;
}

/** What a job is made with, nothing left open. */
export interface JobPlan {
  readonly fn: NamedFunction;
  readonly args: readonly unknown[];
  readonly kind: 'process' | 'thread';
  readonly name: string;
  readonly timeout: number | undefined;
  readonly startTimeout: number;
  readonly raises: boolean;
  readonly results: boolean;
  readonly daemon: boolean;
  readonly start: boolean;
  readonly errors: Except;
  /** Whether the errors go where the user looks by himself. */
  readonly heard: boolean;
  readonly onClose: ((job: Job<unknown>) => void) | undefined;
  /** For `spawn` and `spawnThread`. */
  readonly spawn: SpawnOptions;
}

/** Checks what `job` was given. Throws TypeError or RangeError that names the argument and the remedy. */
export function readJob(fn: unknown, args: readonly unknown[], options: JobOptions): JobPlan {
  const named = namedFunction(fn);
  if (named === undefined) {
    throw new TypeError(
      `job(fn): fn must be known where it runs, and ${typeof fn === 'function' ? `the function ${fn.name}` : typeof fn} is not: name it with remoteModule(url).name, or send it with inline(fn)`,
    );
  }
  if (!Array.isArray(args)) throw new TypeError('job(fn, args): args must be a list: job(fn, [3])');
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) throw new TypeError(`job: there is no option '${key}'; there are ${known.join(', ')}`);
  }
  const { threaded = false, timeout, startTimeout = 30_000, raises = true, results = true, daemon = true } = options;
  const { start = true, errors, onClose, name, ...rest } = options;
  for (const [option, value] of Object.entries({ timeout, startTimeout })) {
    if (value !== undefined && !(value > 0))
      throw new RangeError(`job: ${option} must be a number of milliseconds above 0, not ${value}`);
  }
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw new TypeError(
      `job: name must be a string that is not empty, not ${typeof name === 'string' ? "''" : typeof name}`,
    );
  for (const [option, value] of Object.entries({ threaded, raises, results, daemon, start })) {
    if (typeof value !== 'boolean') throw new TypeError(`job: ${option} must be true or false, not ${typeof value}`);
  }
  if (errors !== undefined && !(errors instanceof Except)) throw new TypeError('job: errors must be an Except');
  if (onClose !== undefined && typeof onClose !== 'function') throw new TypeError('job: onClose must be a function');
  if (threaded) {
    for (const option of ['cwd', 'stdio', 'daemon'] as const) {
      if (options[option] !== undefined) throw new TypeError(`job: a thread has no ${option} of its own`);
    }
  }
  checkResourceLimits(options.resourceLimits, threaded ? 'thread' : 'process', 'job');
  const kind = threaded ? 'thread' : 'process';
  const given = Object.entries({ ...rest, daemon }).filter(([key, value]) => passedOn.has(key) && value !== undefined);
  const fullName = name ?? countedName(named.name, kind);
  return {
    fn: named,
    args,
    kind,
    name: fullName,
    timeout,
    startTimeout,
    raises,
    results,
    daemon,
    start,
    errors: errors ?? new Except(),
    heard: errors !== undefined,
    onClose,
    spawn: { ...Object.fromEntries(threaded ? given.filter(([key]) => key !== 'daemon') : given), name: fullName },
  };
}

const passedOn = new Set(['env', 'cwd', 'execArgv', 'stdio', 'resourceLimits', 'startTimeout', 'daemon']);
const known = [
  'threaded',
  'name',
  'timeout',
  'raises',
  'results',
  'daemon',
  'start',
  'errors',
  'onClose',
  'env',
  'cwd',
  'execArgv',
  'resourceLimits',
  'stdio',
  'startTimeout',
];
