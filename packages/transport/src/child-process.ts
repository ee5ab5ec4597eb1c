import type { ChildProcess } from 'node:child_process';
import { fstatSync } from 'node:fs';
import type { Socket } from 'node:net';
import { ConnectionClosedError, RemoteDiedError } from '@remoteobj/except';
import type { Transport } from '@remoteobj/core';
import { exitPatience } from './pausing.js';
import { PipeTransport } from './pipe.js';
import { endOf, isKnownToHaveEnded, type ProcessEnd } from './process-end.js';
import { StderrTail } from './stderr-tail.js';

/** The descriptor of the channel in a child; never standard output, which belongs to the program. */
const channel = 3;
/** Milliseconds that the end of the channel and the end of the process may be apart, and still be one event. */
const patience = 150;
/** The same for a process that is known to have ended, and only has to be collected. */
const longPatience = 5000;
/** Milliseconds between looks whether the child lives, while a thread blocks on it and nothing comes. */
const lookInterval = 50;

/** Options of `childProcess`. */
export interface ChildProcessOptions {
  /** What the child is called in errors, beside its number. */
  readonly name?: string;
  /** What the child wrote to its standard error, for the error of its death; default: read from there. */
  readonly stderrTail?: StderrTail;
  /** Default 256 MiB. */
  readonly maxFrameBytes?: number;
  /** The child's descriptor 4 on this side: a file of `openSharedFile`; closed by the transport. */
  readonly shared?: number | undefined;
}

/**
 * The transport to a child process that was started with `stdio: [..., 'pipe']` at position 3 and serves `parent()` there.
 *
 * The link ends with `RemoteDiedError` when the process does. Throws TypeError for a child without such a pipe, and `RemoteDiedError`
 * for one that has ended.
 */
export function childProcess(child: ChildProcess, options: ChildProcessOptions = {}): Transport {
  const stream = child.stdio?.[channel] as (Partial<Socket> & { _handle?: unknown }) | null | undefined;
  if (!stream?._handle && hasEnded(child)) throw deathOf(child, options);
  if (!stream?._handle) {
    throw new TypeError(
      "childProcess(child): descriptor 3 of the child must be a pipe: spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] })",
    );
  }
  const tail = options.stderrTail ?? (child.stderr === null ? undefined : new StderrTail(child.stderr));
  const { name } = options;
  const death = (end?: ProcessEnd): RemoteDiedError => deathOf(child, { name, stderrTail: tail }, end);
  const early = (stream.read?.() as Uint8Array | null | undefined) ?? undefined; // Node reads as soon as the child is there
  const handle = stream._handle;
  stream._handle = null; // the transport owns it from here on
  stream.destroy?.(); // or the child would wait for it with its 'close' event
  const died = new Promise<void>((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('exit', () => resolve());
  });
  let nextLook = 0;
  const transport = new PipeTransport({
    handle,
    early,
    peer: 'child',
    maxFrameBytes: options.maxFrameBytes,
    shared: options.shared,
    offers: true,
    explainNow: () => {
      const end = endOf(child);
      return end === undefined ? cutOff(child, undefined) : death(end);
    },
    died: () => {
      if (performance.now() < nextLook) return false;
      nextLook = performance.now() + lookInterval;
      return isKnownToHaveEnded(child);
    },
    explain: async (error) => {
      const deadline = performance.now() + patience;
      await within(patience, died);
      // Where the loop was kept from turning, the time is up before it hears of the end.
      if (!hasEnded(child) && isKnownToHaveEnded(child)) await within(longPatience, died);
      if (!hasEnded(child)) return cutOff(child, error);
      if (tail !== undefined) await within(Math.max(0, deadline - performance.now()), tail.ended);
      return death();
    },
  });
  // A grandchild may hold the channel open after the child has ended.
  void died.then(async () => {
    // Whoever waits for an answer keeps the event loop alive by the link itself.
    await new Promise<void>((resolve) => setTimeout(resolve, patience).unref());
    await transport.close(death());
  });
  return transport;
}

let own: PipeTransport | undefined;

/** The transport of a child process to its parent; the same one each time. */
export function parentPipe(): Transport {
  if (own !== undefined) return own;
  if (!isOurs()) {
    throw new Error('parent(): this process was not started by spawn: its descriptor 3 is no channel');
  }
  const gone = (error: Error | undefined): Error =>
    new RemoteDiedError(`the parent process is gone${error ? `: ${error.message}` : ''}`, { cause: error });
  const pipe = new PipeTransport({
    fd: channel,
    peer: 'parent',
    shared: isFile(channel + 1) ? channel + 1 : undefined,
    explain: async (error) => gone(error),
    explainNow: gone,
  });
  const flush = (): void => void pipe.flushSync(exitPatience);
  process.on('exit', flush);
  own = pipe;
  return pipe;
}

function isOurs(): boolean {
  try {
    const stat = fstatSync(channel);
    return stat.isSocket() || stat.isFIFO();
  } catch {
    return false;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

function cutOff(child: ChildProcess, error: Error | undefined): Error {
  return new ConnectionClosedError(
    `the channel to process ${child.pid} was cut off, but the process lives${error ? `: ${error.message}` : ''}`,
    { cause: error },
  );
}

function deathOf(
  child: ChildProcess,
  { name, stderrTail }: { readonly name?: string | undefined; readonly stderrTail?: StderrTail | undefined },
  end: ProcessEnd = child,
): RemoteDiedError {
  const { exitCode, signalCode } = end;
  const who = name === undefined ? `process ${child.pid ?? child.spawnfile}` : `${name} (process ${child.pid})`;
  const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
  return new RemoteDiedError(`${who} has ended (${how})`, {
    exitCode,
    signal: signalCode,
    stderrTail: stderrTail?.text ?? '',
  });
}

async function within(milliseconds: number, event: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([event, new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
  clearTimeout(timer);
}
