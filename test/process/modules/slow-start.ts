/** A module that takes longer to start than a job is waited for that says nothing. */
import { setTimeout as pause } from 'node:timers/promises';

await pause(1200);

/** Yields until an error is thrown into it, and returns that one's message. */
export function* untilThrown(): Generator<number, string> {
  for (let i = 0; ; i++) {
    try {
      yield i;
    } catch (error) {
      return `caught ${(error as Error).message}`;
    }
  }
}
