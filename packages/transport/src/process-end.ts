import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { retry } from './pausing.js';

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
}

/** Milliseconds between the end of a process's channel and its own, at most. */
const patience = 40;

/**
 * How a child ended whose channel has ended, without turning the event loop, which alone collects children; undefined: it lives.
 * Where the system does not tell (outside Linux), neither code nor signal is known.
 */
export function endOf(child: ChildProcess): ProcessEnd | undefined {
  if (child.exitCode !== null || child.signalCode !== null) return child;
  if (process.platform !== 'linux') return { exitCode: null, signalCode: null };
  let end: ProcessEnd | undefined;
  retry(patience, () => (end = zombieEnd(child.pid)) !== undefined);
  return end;
}

/** Whether a child has ended, although its channel has not: another process may have that open. False where the system does not tell. */
export function isKnownToHaveEnded(child: ChildProcess): boolean {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  return process.platform === 'linux' && zombieEnd(child.pid) !== undefined;
}

/** From /proc/<pid>/stat (proc(5)): field 3 is the state, field 52 the status as `waitpid` gives it. */
function zombieEnd(pid: number | undefined): ProcessEnd | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return { exitCode: null, signalCode: null }; // collected by somebody else
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' '); // the name before may hold anything; from here on field 3
  if (fields[0] !== 'Z' && fields[0] !== 'X') return undefined;
  const status = Number(fields[49]);
  const signal = status & 0x7f;
  if (signal === 0) return { exitCode: (status >> 8) & 0xff, signalCode: null };
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  return { exitCode: null, signalCode: (name ?? null) as NodeJS.Signals | null };
}
