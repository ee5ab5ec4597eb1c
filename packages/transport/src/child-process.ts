import type { ChildProcess } from 'node:child_process';
import { fstatSync } from 'node:fs';
import { ConnectionClosedError, RemoteDiedError } from '@remoteobj/except';
import type { Transport } from '@remoteobj/core';
import { PipeTransport } from './pipe.js';
import { StderrTail } from './stderr-tail.js';

/** The descriptor of the channel in a child; never standard output, which belongs to the program. */
const channel = 3;
/** Milliseconds that the end of the channel and the end of the process may be apart, and still be one event. */
const patience = 150;

/**
 * The transport to a child process that was started with `stdio: [..., 'pipe']` at position 3 and serves `parent()` there.
 *
 * The link ends with `RemoteDiedError` when the process does. Throws TypeError for a child without such a pipe.
 */
export function childProcess(
  child: ChildProcess,
  options: { readonly stderrTail?: StderrTail; readonly maxFrameBytes?: number } = {},
): Transport {
  const stream = child.stdio?.[channel] as { _handle?: unknown; destroy?(): void } | null | undefined;
  if (!stream?._handle) {
    throw new TypeError(
      "childProcess(child): descriptor 3 of the child must be a pipe: spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'pipe'] })",
    );
  }
  const tail = options.stderrTail ?? (child.stderr === null ? undefined : new StderrTail(child.stderr));
  const handle = stream._handle;
  stream._handle = null; // the transport owns it from here on
  stream.destroy?.(); // or the child would wait for it with its 'close' event
  const died = new Promise<void>((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('exit', () => resolve());
  });
  const transport = new PipeTransport({
    handle,
    peer: 'child',
    maxFrameBytes: options.maxFrameBytes,
    explain: async (error) => {
      const deadline = Date.now() + patience;
      await within(patience, died);
      if (!hasEnded(child))
        return new ConnectionClosedError(
          `the channel to process ${child.pid} was cut off, but the process lives${error ? `: ${error.message}` : ''}`,
          { cause: error },
        );
      if (tail !== undefined) await within(Math.max(0, deadline - Date.now()), tail.ended);
      return deathOf(child, tail);
    },
  });
  // A grandchild may hold the channel open after the child has ended.
  void died.then(async () => {
    // Whoever waits for an answer keeps the event loop alive by the link itself.
    await new Promise<void>((resolve) => setTimeout(resolve, patience).unref());
    await transport.close(deathOf(child, tail));
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
  const pipe = new PipeTransport({
    fd: channel,
    peer: 'parent',
    explain: async (error) =>
      new RemoteDiedError(`the parent process is gone${error ? `: ${error.message}` : ''}`, { cause: error }),
  });
  const flush = (): void => pipe.flushSync();
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

function deathOf(child: ChildProcess, tail: StderrTail | undefined): RemoteDiedError {
  const { exitCode, signalCode } = child;
  const how = signalCode === null ? `exit code ${exitCode}` : `signal ${signalCode}`;
  return new RemoteDiedError(`process ${child.pid} has ended (${how})`, {
    exitCode,
    signal: signalCode,
    stderrTail: tail?.text ?? '',
  });
}

async function within(milliseconds: number, event: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([event, new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)))]);
  clearTimeout(timer);
}
