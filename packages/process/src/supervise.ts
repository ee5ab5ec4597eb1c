import type { SpawnOptions } from './options.js';
import { checkedRestart } from './restart-options.js';
import type { Spawned } from './spawned.js';
import { Supervised } from './supervised.js';

/** Starts something that is started anew when it dies; `start` starts one life of it, unless it is not wanted any more. Rejects when the first cannot be started. */
export async function supervise<M>(
  name: string,
  options: SpawnOptions,
  caller: string,
  start: (options: SpawnOptions, unwanted: AbortSignal) => Promise<Spawned<M>>,
): Promise<Spawned<M>> {
  const { restart, rebuild, ...once } = options;
  if (restart === undefined)
    throw new TypeError(
      `${caller}: rebuild takes effect when it is started anew: give { restart: { times, within } } as well`,
    );
  const plan = checkedRestart(rebuild === undefined ? restart : { ...restart, rebuild }, caller);
  return new Supervised<M>(name, plan, (unwanted) => start({ ...once, name }, unwanted)).ready();
}
