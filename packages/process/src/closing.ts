import { longestDelay } from '@remoteobj/core/internal';
import type { Exit } from './exit.js';

/** How long `close` waits before it goes on to harsher means. */
export interface CloseOptions {
  /** Milliseconds for what is under way to finish, and for it to end by itself then; default 5,000. After that comes SIGTERM. */
  readonly timeout?: number;
  /** Milliseconds between SIGTERM and SIGKILL; default 1,000. Threads know no signals: they are terminated at once. */
  readonly grace?: number;
}

/** What is closed. */
export interface Closable {
  readonly exited: Promise<Exit>;
  /** Lets what is under way finish, and tells it to end. */
  drain(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<Exit>;
}

/**
 * Goes up the ladder, drain, SIGTERM, SIGKILL, until it has ended; settles after that, as `drain` did if that was over in time.
 */
export async function closeInSteps(closable: Closable, { timeout, grace }: Required<CloseOptions>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  // A call that never ends must not keep it: past the time limit, all of them fail.
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      void closable.kill('SIGTERM');
      timer = setTimeout(() => void closable.kill('SIGKILL'), grace);
      resolve();
    }, timeout);
  });
  try {
    await Promise.race([closable.drain(), late, closable.exited]);
  } finally {
    await closable.exited;
    clearTimeout(timer);
  }
}

/** The options with their defaults. Throws RangeError that names the option. */
export function checkedClose({ timeout = 5000, grace = 1000 }: CloseOptions = {}): Required<CloseOptions> {
  for (const [name, value] of Object.entries({ timeout, grace })) {
    if (!(value >= 0))
      throw new RangeError(`close: ${name} must be a number of milliseconds from 0, not ${String(value)}`);
  }
  return { timeout: Math.min(timeout, longestDelay), grace: Math.min(grace, longestDelay) };
}
