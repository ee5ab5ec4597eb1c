import { moduleUrl, type ModuleUrl } from './module-url.js';
import { nameFor } from './names.js';
import { checked, type SpawnOptions } from './options.js';

/** All that is to be known before a process or thread is started. */
export interface Launch extends ReturnType<typeof checked>, ModuleUrl {
  readonly name: string;
  /** What it is called in errors of its start. */
  readonly what: string;
}

/** Throws for options that are wrong and for a module that is missing. */
export function prepareLaunch(
  kind: 'process' | 'thread',
  module: URL | string,
  options: SpawnOptions,
  caller: string,
): Launch {
  const plan = checked(options, kind, caller);
  const found = moduleUrl(module, caller, options.execArgv === undefined);
  const name = options.name ?? nameFor(found.href, kind);
  return { ...plan, ...found, name, what: `${name} (${found.href})` };
}

/** The same for what is started once and not anew. */
export function prepareOnce(
  kind: 'process' | 'thread',
  module: URL | string,
  options: SpawnOptions,
  caller: string,
): Launch {
  if (options.restart !== undefined || options.rebuild !== undefined)
    throw new TypeError(
      `${caller} has no options restart and rebuild: use ${kind === 'process' ? 'spawn' : 'spawnThread'}`,
    );
  return prepareLaunch(kind, module, options, caller);
}
