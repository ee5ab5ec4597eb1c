import { printValue } from './view.js';

/** What the value of an option must be. */
interface Rule {
  readonly must: string;
  readonly holds: (value: unknown) => boolean;
  readonly error: typeof TypeError | typeof RangeError;
}

/** The options that there are, by name. */
export type Rules = ReadonlyMap<string, Rule>;

/**
 * Throws TypeError for options that are no object or do not exist, and TypeError or RangeError for a value that cannot be; an option that is
 * undefined was not given.
 */
export function checkOptions(options: unknown, rules: Rules, who: string): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${who}: options must be an object, not ${printValue(options)}`);
  for (const name of Object.keys(options)) {
    const rule = rules.get(name);
    if (rule === undefined)
      throw new TypeError(`${who}: there is no option '${name}'; there are ${[...rules.keys()].join(', ')}`);
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && !rule.holds(value))
      throw new rule.error(`${who}: ${name} must be ${rule.must}, not ${printValue(value)}`);
  }
}

export const anything: Rule = { must: 'anything', holds: () => true, error: TypeError };

export const flag: Rule = {
  must: 'true or false',
  holds: (value) => typeof value === 'boolean',
  error: TypeError,
};

export const object: Rule = {
  must: 'an object',
  holds: (value) => (typeof value === 'object' && value !== null) || typeof value === 'function',
  error: TypeError,
};

export const signal: Rule = {
  must: 'an AbortSignal',
  holds: (value) => value instanceof AbortSignal,
  error: TypeError,
};

/** A time; Infinity is one, too. */
export const milliseconds: Rule = {
  must: 'a number of milliseconds from 0',
  holds: (value) => typeof value === 'number' && value >= 0,
  error: RangeError,
};

export const millisecondsAbove0: Rule = {
  must: 'a number of milliseconds above 0',
  holds: (value) => typeof value === 'number' && value > 0,
  error: RangeError,
};

export function oneOf(...choices: readonly string[]): Rule {
  return {
    must: choices.map((choice) => `'${choice}'`).join(' or '),
    holds: (value) => choices.includes(value as string),
    error: TypeError,
  };
}

/** Of what ends something that others still use. */
export const ending: Rules = new Map([['pending', oneOf('fulfil', 'refuse')]]);
