import { Worker } from 'node:worker_threads';
import type { Transport } from '@remoteobj/core';
import { messagePort } from '@remoteobj/transport';
import { entryUrl } from './entry-url.js';
import { prepareLaunch, prepareOnce, type Launch } from './launch.js';
import type { SpawnOptions } from './options.js';
import { supervise } from './supervise.js';
import { Started, type Spawned, type Vessel } from './spawned.js';
import { ThreadStderr } from './thread-stderr.js';

/**
 * Starts a worker thread that imports a module and serves its exports here; TypeScript needs no build step.
 *
 * Resolves and rejects like `spawn`. A native crash in a thread ends the whole process: put what may crash into `spawn`.
 */
export async function spawnThread<M>(
  module: URL | string,
  options: Omit<SpawnOptions, 'cwd' | 'stdio' | 'daemon'> = {},
): Promise<Spawned<M>> {
  const launch = prepareLaunch('thread', module, options, 'spawnThread');
  if (options.restart !== undefined || options.rebuild !== undefined)
    return supervise(launch.name, options, 'spawnThread', (once, unwanted) =>
      spawnThreadOnce<M>(module, once, unwanted),
    );
  return launched<M>(launch, options).ready(launch.what, launch.startTimeout);
}

/** One life of a thread that is supervised; `unwanted` ends its start. */
export async function spawnThreadOnce<M>(
  module: URL | string,
  options: SpawnOptions,
  unwanted: AbortSignal,
): Promise<Spawned<M>> {
  const launch = prepareOnce('thread', module, options, 'spawnThread');
  return launched<M>(launch, options).ready(launch.what, launch.startTimeout, unwanted);
}

/** The same without waiting, like `startProcess`. */
export function startThread<M>(
  module: URL | string,
  options: Omit<SpawnOptions, 'cwd' | 'stdio' | 'daemon' | 'restart' | 'rebuild'> = {},
): Spawned<M> {
  const launch = prepareOnce('thread', module, options, 'startThread');
  return launched<M>(launch, options).begun(launch.what, launch.startTimeout);
}

function launched<M>(launch: Launch, options: SpawnOptions): Started<M> {
  const { name, href, typescript, exposeModule, args, execArgv } = launch;
  const worker = new Worker(entryUrl('thread'), {
    name,
    argv: [...args],
    execArgv: options.execArgv === undefined ? [] : [...execArgv],
    ...(options.resourceLimits === undefined ? {} : { resourceLimits: options.resourceLimits }),
    workerData: { assignment: { name, href, typescript, exposeModule } },
    ...(options.env === undefined ? {} : { env: withoutGaps(options.env) }),
  });
  return new Started<M>(new ThreadVessel(worker, name), launch);
}

/** A thread would get the text 'undefined', where a process gets nothing. */
function withoutGaps(env: NonNullable<SpawnOptions['env']>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
}

class ThreadVessel implements Vessel {
  readonly name: string;
  readonly pid: undefined = undefined;
  readonly threadId: number;
  /** Node leaves the file open that a thread is just loading when it is terminated; so only one that hangs is. */
  readonly startGrace: number = 1000;
  readonly transport: Transport;
  readonly #worker: Worker;
  readonly #stderr: ThreadStderr;

  constructor(worker: Worker, name: string) {
    this.name = name;
    this.threadId = worker.threadId;
    this.#worker = worker;
    this.#stderr = new ThreadStderr(worker, name); // first, so that the error of a death has what ended it
    this.transport = messagePort(worker, { name, peer: 'child', stderrTail: this.#stderr, ownsWorker: true });
    worker.unref(); // the link, and whoever waits for its end, keep this process alive
  }

  get stderrTail(): string {
    return this.#stderr.text;
  }

  onExit(callback: Parameters<Vessel['onExit']>[0]): void {
    this.#worker.once('exit', (code) => callback({ code, signal: null, threw: this.#stderr.threw }));
  }

  end(): void {
    void this.#worker.terminate();
  }
}
