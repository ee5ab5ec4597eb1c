import { readlinkSync } from 'node:fs';
import { exitPatience, retry } from './pausing.js';
import { threadWords } from './wait-set.js';

/** A link that has something to do when its thread ends. */
export interface Exiting {
  /** Tries to write what waits; true: nothing is left. */
  flushSync(milliseconds: number): boolean;
  /** The other threads can see now that this one ends. */
  exiting(): void;
}

const links = new Set<Exiting>();

/** Whether the link is flushed, and told, when this thread ends. */
export function atExit(link: Exiting, on: boolean): void {
  if (on) links.add(link);
  else links.delete(link);
  if (on && links.size === 1) process.on('exit', exiting);
  if (!on && links.size === 0) process.off('exit', exiting);
}

/** Whoever sees the exit code takes what is there for all that comes: it is shown when the rest has been written. */
function exiting(code: number): void {
  let unsent = [...links];
  retry(exitPatience, () => {
    unsent = unsent.filter((link) => !link.flushSync(0));
    return unsent.length === 0;
  });
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
