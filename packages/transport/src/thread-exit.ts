import { readlinkSync } from 'node:fs';
import { threadWords } from './wait-set.js';

/** A link that has something to do when its thread ends. */
export interface Exiting {
  /** Writes what waits before it returns. */
  exiting(): void;
}

const links = new Set<Exiting>();

/** Whether the link is told that this thread ends, after the other threads can see with which exit code. */
export function atExit(link: Exiting, on: boolean): void {
  if (on) links.add(link);
  else links.delete(link);
  if (on && links.size === 1) process.on('exit', exiting);
  if (!on && links.size === 0) process.off('exit', exiting);
}

function exiting(code: number): void {
  Atomics.store(threadWords, 1, code + 1);
  for (const link of links) link.exiting();
}

/** The folder of this thread in /proc, which is there as long as the thread lives. */
export function ownTask(): string | undefined {
  try {
    return `/proc/${readlinkSync('/proc/thread-self')}`;
  } catch {
    return undefined;
  }
}
