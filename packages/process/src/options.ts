import type { ResourceLimits } from 'node:worker_threads';
import type { RestartOptions } from './restart-options.js';

/** Options of `spawn` and `spawnThread`. */
export interface SpawnOptions {
  /** Name in messages; default counts up per module: `counter-process-1`. */
  readonly name?: string;
  /** Command line of the module: `process.argv.slice(2)` there. */
  readonly args?: readonly string[];
  /** Environment; default this one's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Working directory of a process; default this one's. */
  readonly cwd?: string | URL;
  /**
   * Options of node itself; default this process's, without those for debugging and for code on the command line. If given, plain
   * JavaScript is started without the hook for TypeScript, also where this process has it.
   */
  readonly execArgv?: readonly string[];
  /**
   * Where standard input, output and error of a process go; default `['ignore', 'inherit', 'pipe']`. With error as `pipe` it appears
   * here as well, and its end is in `stderrTail`; output as `pipe` is read and dropped, and to input as `pipe` nothing is written.
   */
  readonly stdio?: Stdio | readonly [Stdio, Stdio, Stdio];
  /**
   * Bounds of a thread's memory, in MiB: `maxOldGenerationSizeMb`, `maxYoungGenerationSizeMb`, `codeRangeSizeMb`, `stackSizeMb` (default
   * 4); default Node's. A thread that needs more dies, and says so; a process has `execArgv: ['--max-old-space-size=…']`.
   */
  readonly resourceLimits?: ResourceLimits;
  /** Whether it ends when this process does, however that ends; default true. */
  readonly daemon?: boolean;
  /** Milliseconds until the module must be served; default 30,000. */
  readonly startTimeout?: number;
  /**
   * Milliseconds after which it is killed when calls wait, but it takes nothing in because something blocks its event loop; default never.
   */
  readonly hangTimeout?: number;
  /** Starts it anew when it dies; `SupervisorGaveUp` once that has been done too often. Default: it is not. */
  readonly restart?: RestartOptions;
  /** The same as `restart.rebuild`. */
  readonly rebuild?: boolean;
  /** Whether the module's exports are served; default true. False: the module exposes something itself, over `parent()`. */
  readonly exposeModule?: boolean;
}

export type Stdio = 'ignore' | 'inherit' | 'pipe';

type Checked = Required<Pick<SpawnOptions, 'daemon' | 'startTimeout' | 'exposeModule' | 'args' | 'execArgv'>> & {
  readonly hangTimeout: number | undefined;
};

/** Options with their defaults, checked. Throws TypeError or RangeError that names the option. */
export function checked(options: SpawnOptions, kind: 'process' | 'thread', caller: string): Checked {
  for (const key of Object.keys(options)) {
    if (!known.has(key))
      throw new TypeError(`${caller}: there is no option '${key}'; there are ${[...known].join(', ')}`);
  }
  const { daemon = true, startTimeout = 30_000, exposeModule = true, args = [], execArgv = inherited() } = options;
  if (!(startTimeout > 0))
    throw new RangeError(`${caller}: startTimeout must be a number of milliseconds above 0, not ${startTimeout}`);
  const { hangTimeout } = options;
  if (hangTimeout !== undefined && !(hangTimeout > 0))
    throw new RangeError(`${caller}: hangTimeout must be a number of milliseconds above 0, not ${hangTimeout}`);
  if (!Array.isArray(args) || args.some((arg) => typeof arg !== 'string'))
    throw new TypeError(`${caller}: args must be a list of strings`);
  checkResourceLimits(options.resourceLimits, kind, caller);
  return { daemon, startTimeout, hangTimeout, exposeModule, args, execArgv };
}

const known = new Set([
  'name',
  'args',
  'env',
  'cwd',
  'execArgv',
  'stdio',
  'resourceLimits',
  'daemon',
  'startTimeout',
  'hangTimeout',
  'exposeModule',
  'restart',
  'rebuild',
]);

/** Throws TypeError or RangeError that names the limit. */
export function checkResourceLimits(
  limits: ResourceLimits | undefined,
  kind: 'process' | 'thread',
  caller: string,
): void {
  if (limits === undefined) return;
  if (kind === 'process')
    throw new TypeError(`${caller}: resourceLimits is for threads: use execArgv: ['--max-old-space-size=…']`);
  for (const [name, size] of Object.entries(limits)) {
    if (!resources.includes(name))
      throw new TypeError(`${caller}: there is no limit resourceLimits.${name}; there are ${resources.join(', ')}`);
    if (!(Number(size) > 0))
      throw new RangeError(`${caller}: resourceLimits.${name} must be a number of MiB above 0, not ${String(size)}`);
  }
}

const resources = ['maxOldGenerationSizeMb', 'maxYoungGenerationSizeMb', 'codeRangeSizeMb', 'stackSizeMb'];

/**
 * A debugger's port cannot be opened twice, and code on the command line is not the child's. Our own hook is registered there anyway,
 * also in a working directory from which its name would not be found.
 */
function inherited(): string[] {
  const inherit: string[] = [];
  for (let i = 0; i < process.execArgv.length; i++) {
    const option = process.execArgv[i] as string;
    if (/^(?:-e|-p|-pe|--eval|--print)$/.test(option)) i++;
    else if (option === '--import' && isTypeScriptHook(process.execArgv[i + 1])) i++;
    else if (option.startsWith('--import=') && isTypeScriptHook(option.slice('--import='.length))) continue;
    else if (!/^--(?:inspect|input-type|test\b|watch)/.test(option)) inherit.push(option);
  }
  return inherit;
}

function isTypeScriptHook(specifier: string | undefined): boolean {
  return specifier === 'remoteobj/ts' || specifier === '@remoteobj/process/ts';
}
