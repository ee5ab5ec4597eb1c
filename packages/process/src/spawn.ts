import { spawn as spawnChild, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Transport } from '@remoteobj/core';
import { childProcess, StderrTail } from '@remoteobj/transport';
import { openSharedFile } from '@remoteobj/transport/internal';
import { entryUrl } from './entry-url.js';
import { prepareLaunch, prepareOnce, type Launch } from './launch.js';
import type { SpawnOptions, Stdio } from './options.js';
import { supervise } from './supervise.js';
import { Started, type Spawned, type Vessel } from './spawned.js';

/**
 * Starts a child process that imports a module and serves its exports here; TypeScript needs no build step.
 *
 * Resolves when the exports are served. Rejects when the module is missing, does not compile, throws or ends the process while it
 * is imported, or is not ready within `startTimeout`; then no process is left.
 */
export async function spawn<M>(module: URL | string, options: SpawnOptions = {}): Promise<Spawned<M>> {
  const launch = prepareLaunch('process', module, options, 'spawn');
  if (options.restart !== undefined || options.rebuild !== undefined)
    return supervise(launch.name, options, 'spawn', (once, unwanted) => spawnOnce<M>(module, once, unwanted));
  return begin<M>(launch, options);
}

/** One life of a process that is supervised; `unwanted` ends its start. */
export function spawnOnce<M>(module: URL | string, options: SpawnOptions, unwanted: AbortSignal): Promise<Spawned<M>> {
  return begin<M>(prepareOnce('process', module, options, 'spawn'), options, unwanted);
}

async function begin<M>(launch: Launch, options: SpawnOptions, unwanted?: AbortSignal): Promise<Spawned<M>> {
  const { child, shared } = launched(launch, options);
  await started(child, launch.name, options.cwd);
  const vessel = new ProcessVessel(child, launch.name, shared);
  return new Started<M>(vessel, launch).ready(launch.what, launch.startTimeout, unwanted);
}

/**
 * The same without waiting: its remote may be used at once, and operations wait until the exports are served. When that does not come
 * about, they fail, and no process is left. `waitUntilListening(child.remote)` waits for it, and rejects with why.
 *
 * Throws when the module is missing, or no process can be started.
 */
export function startProcess<M>(
  module: URL | string,
  options: Omit<SpawnOptions, 'restart' | 'rebuild'> = {},
): Spawned<M> {
  const launch = prepareOnce('process', module, options, 'startProcess');
  const { child, shared } = launched(launch, options);
  if (child.pid === undefined) {
    child.on('error', () => {}); // says later, and in an event, what is thrown here
    throw new Error(`${launch.name} could not be started: is its working directory there, and may more processes run?`);
  }
  const vessel = new ProcessVessel(child, launch.name, shared);
  return new Started<M>(vessel, launch).begun(launch.what, launch.startTimeout);
}

/** `child` has no pid when it could not be started. */
function launched(
  { name, href, typescript, exposeModule, daemon, execArgv, args }: Launch,
  options: SpawnOptions,
): { readonly child: ChildProcess; readonly shared: number | undefined } {
  const assignment = JSON.stringify({ name, href, typescript, exposeModule, daemon });
  const shared = openSharedFile();
  const child = spawnChild(process.execPath, [...execArgv, fileURLToPath(entryUrl('child')), assignment, ...args], {
    cwd: options.cwd,
    env: options.env as NodeJS.ProcessEnv | undefined,
    stdio: [...standard(options.stdio), 'pipe', ...(shared === undefined ? [] : [shared])],
    windowsHide: true,
  });
  if (child.pid === undefined && shared !== undefined) closeSync(shared);
  return { child, shared };
}

function standard(stdio: SpawnOptions['stdio'] = ['ignore', 'inherit', 'pipe']): [Stdio, Stdio, Stdio] {
  const three = typeof stdio === 'string' ? [stdio, stdio, stdio] : [...stdio];
  if (three.length !== 3 || three.some((one) => !['ignore', 'inherit', 'pipe'].includes(one))) {
    throw new TypeError("spawn: stdio must be 'ignore', 'inherit' or 'pipe', or a list of three of them");
  }
  return three as [Stdio, Stdio, Stdio];
}

/** A process that could not even be started has no pid, and says why in an event. */
function started(child: ChildProcess, name: string, cwd: SpawnOptions['cwd']): Promise<void> {
  if (child.pid !== undefined) return Promise.resolve();
  return new Promise((_resolve, reject) => {
    child.once('error', (cause) => {
      const gone = cwd !== undefined && !existsSync(cwd);
      const why = gone ? `its working directory ${String(cwd)} is not there` : cause.message;
      reject(new Error(`${name} could not be started: ${why}`, { cause }));
    });
  });
}

class ProcessVessel implements Vessel {
  readonly name: string;
  readonly pid: number | undefined;
  readonly threadId: undefined = undefined;
  readonly startGrace: number = 0;
  readonly transport: Transport;
  readonly #child: ChildProcess;
  readonly #stderr: StderrTail | undefined;

  constructor(child: ChildProcess, name: string, shared: number | undefined) {
    this.name = name;
    this.pid = child.pid;
    this.#child = child;
    this.#stderr = child.stderr === null ? undefined : new StderrTail(child.stderr, { tee: process.stderr });
    this.transport = childProcess(child, {
      name,
      shared,
      ...(this.#stderr === undefined ? {} : { stderrTail: this.#stderr }),
    });
    child.stdout?.resume(); // what nobody reads would pile up over there
    // The link, and whoever waits for its end, keep this process alive.
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr])
      (stream as unknown as { unref?(): void } | null)?.unref?.();
  }

  get stderrTail(): string {
    return this.#stderr?.text ?? '';
  }

  onExit(callback: Parameters<Vessel['onExit']>[0]): void {
    const child = this.#child;
    child.on('error', () => {}); // a signal that could not be sent; its end is told by 'exit'
    if (child.exitCode !== null || child.signalCode !== null)
      return callback({ code: child.exitCode, signal: child.signalCode, threw: false });
    child.once('exit', (code, signal) => callback({ code, signal, threw: false }));
  }

  end(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
