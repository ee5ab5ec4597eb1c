import type { CaughtError, GroupName } from './error-group.js';
import type { Logger } from './logger.js';
import type { ErrorOrigin } from './remote-error-class.js';

/** Called for each error as it is recorded. */
export type ErrorListener = (error: unknown, group: GroupName, caught: CaughtError) => void;
/** What `record` may be told about an error that was caught elsewhere. */
export interface RecordDetails {
  /** Milliseconds since 1970; default now. */
  at?: number | undefined;
  /** The process it was caught in, when that is another one. */
  origin?: ErrorOrigin | undefined;
  /** Whether it is thrown on from here, so that scopes around leave it alone; with an `origin`, the first open scope that catches it. Default false. */
  rethrown?: boolean | undefined;
  /** Where to write it, instead of the Except's own `log`. */
  log?: Logger | boolean | undefined;
}

/**
 * Calls a listener or a logger of the user.
 *
 * If it throws, what the program does with the error it was told of stays the same, and its own becomes an unhandled rejection.
 */
export function notify(call: () => void): void {
  try {
    call();
  } catch (error) {
    void Promise.reject(error);
  }
}
