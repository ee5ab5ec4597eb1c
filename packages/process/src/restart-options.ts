/** When a process or thread that has died is started anew. */
export interface RestartOptions {
  /** Starts anew within `within` milliseconds, at most; the death after that is the last. */
  readonly times: number;
  /** Milliseconds in which `times` are counted; default 60,000. */
  readonly within?: number;
  /** Milliseconds before it is started anew; doubled with each death in a row, that is, until one lived for `maxDelay`. Default 50. */
  readonly delay?: number;
  /** Milliseconds that the pause is at most; default 5,000. */
  readonly maxDelay?: number;
  /**
   * Whether objects that were made by a chain with a `new` in it are made anew by the same chain, so that their remotes go on;
   * default false: each remote of an object is stale when its process has died.
   */
  readonly rebuild?: boolean;
}

/** Options with nothing left open. */
export type RestartPlan = Required<RestartOptions>;

/** Restart options with their defaults. Throws TypeError or RangeError that names the option. */
export function checkedRestart(options: RestartOptions, caller: string): RestartPlan {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${caller}: restart must be an object such as { times: 3, within: 10_000 }`);
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new TypeError(`${caller}: restart has no option '${key}'; it has ${known.join(', ')}`);
  }
  const { times, within = 60_000, delay = 50, maxDelay = 5000, rebuild = false } = options;
  if (!(Number.isSafeInteger(times) && times >= 0))
    throw new RangeError(`${caller}: restart.times must be a whole number from 0, not ${times}`);
  for (const [name, value] of Object.entries({ within, delay, maxDelay })) {
    if (!(value >= 0)) throw new RangeError(`${caller}: restart.${name} must be milliseconds from 0, not ${value}`);
  }
  if (typeof rebuild !== 'boolean') throw new TypeError(`${caller}: restart.rebuild must be true or false`);
  return { times, within, delay, maxDelay, rebuild };
}

const known = ['times', 'within', 'delay', 'maxDelay', 'rebuild'];
