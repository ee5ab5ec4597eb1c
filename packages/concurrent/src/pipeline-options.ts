import type { Except } from '@remoteobj/except';

/** Options of `pipeline`. */
export interface PipelineOptions {
  /** Stops it; whoever puts or reads then gets the signal's reason. */
  readonly signal?: AbortSignal;
  /** `stop` (default): the first error ends it. `collect`: errors are recorded, and the other items go on. */
  readonly onError?: 'stop' | 'collect';
  /** Where errors are recorded, in groups named after the stages; default one of its own. */
  readonly errors?: Except;
  /** Whether results come in the order of the items; default as they are finished. */
  readonly ordered?: boolean;
}

/** Throws TypeError that names the option that makes no sense. */
export function checkOptions(options: PipelineOptions): PipelineOptions {
  const { signal, onError = 'stop', errors } = options;
  for (const key of Object.keys(options)) {
    if (!known.includes(key))
      throw new TypeError(`pipeline: there is no option '${key}'; there are ${known.join(', ')}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError('pipeline: signal must be an AbortSignal');
  if (onError !== 'stop' && onError !== 'collect')
    throw new TypeError(`pipeline: onError must be 'stop' or 'collect', not '${String(onError)}'`);
  if (errors !== undefined && typeof (errors as Partial<Except> | null)?.record !== 'function')
    throw new TypeError('pipeline: errors must be an Except');
  return options;
}

const known = ['signal', 'onError', 'errors', 'ordered'];
