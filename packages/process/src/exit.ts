/** How a process or thread ended. */
export interface Exit {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  /** The signal that ended it; null when there was none, and for threads. */
  readonly signal: string | null;
  /**
   * `returned`: closed from here, or ran to its end. `threw`: an uncaught error. `exit`: `process.exit` was called. `signal`: ended by a
   * signal that did not come from here. `killed`: ended by `kill` or by the ladder of `close`. `not-started`: it never ran.
   */
  readonly reason: 'returned' | 'threw' | 'exit' | 'signal' | 'killed' | 'not-started';
}

/** What is known of an end from outside. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  /** We sent a signal or terminated the thread. */
  readonly killed: boolean;
  /** We closed the connection and it ended by itself. */
  readonly closed: boolean;
  /** An error of the thread was reported before. */
  readonly threw: boolean;
}

/** Tells one end from another. */
export function exitOf({ code, signal, killed, closed, threw }: Ending): Exit {
  if (killed) return { code, signal, reason: 'killed' };
  if (signal !== null) return { code, signal, reason: 'signal' };
  if (threw) return { code, signal, reason: 'threw' };
  return { code, signal, reason: closed && code === 0 ? 'returned' : 'exit' };
}

/** An end as text: `exit code 3`, `signal SIGSEGV`. */
export function describeExit({ code, signal }: Pick<Exit, 'code' | 'signal'>): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
