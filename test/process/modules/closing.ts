/** What tests of `close` run elsewhere. */
import { spawn, type StdioOptions } from 'node:child_process';
import { fstatSync, readdirSync, readlinkSync } from 'node:fs';

/** Calls back, so that the caller knows that it runs, and never returns. */
export function hang(started: () => void): Promise<never> {
  started();
  return new Promise(() => {});
}

/** Waits for its caller. */
export async function wait(gate: () => PromiseLike<void>): Promise<string> {
  await gate();
  return 'waited';
}

/** At SIGTERM it tells, and ends as soon as it is told to. */
export function askAtTermination(terminated: () => PromiseLike<void>): void {
  process.on('SIGTERM', () => {
    void Promise.resolve(terminated()).then(() => process.exit(7));
  });
}

/** It does not come to its end by itself. */
export function blockAtExit(): void {
  process.on('exit', () => {
    for (;;);
  });
}

/** Starts a process that outlives this one; gives its id. With everything, or with nothing, of this one's descriptors. */
export function startGrandchild(what: 'everything' | 'nothing'): number | undefined {
  const stdio: StdioOptions =
    what === 'nothing' ? 'ignore' : Array.from({ length: 5 }, (_value, fd) => (isOpen(fd) ? fd : 'ignore'));
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio, detached: true });
  child.unref();
  return child.pid;
}

/** What the descriptors of this process are that have no name. */
export function sockets(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)].filter((name) => /^socket:|memfd|deleted/.test(name));
    } catch {
      return []; // the one that the list was read with
    }
  });
}

function isOpen(fd: number): boolean {
  try {
    return fstatSync(fd) !== undefined;
  } catch {
    return false;
  }
}
