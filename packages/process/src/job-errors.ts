import { LimitError, RemoteDiedError, TimeoutError, UnserializableError, type Except } from '@remoteobj/except';
import { describeExit, type Exit } from './exit.js';
import type { JobPlan } from './job-options.js';

/** Makes an error about a step that cannot cross one about what the function gave, which was run. */
export function tellAsGiven(error: unknown, generator: boolean): void {
  if (error instanceof LimitError) error.executed = 'yes';
  if (!(error instanceof UnserializableError) || !error.path.startsWith(givenInStep)) return;
  const { message, stack } = error;
  const path = (generator ? 'item' : 'result') + error.path.slice(givenInStep.length);
  error.message = message.replace(error.path, path);
  if (stack !== undefined) error.stack = stack.replace(message, error.message);
  Object.assign(error, { path, executed: 'yes' });
}

/** Where a step of a job has what was yielded or returned. */
const givenInStep = 'item[1]';

/** Its function was not found in time. */
export function notFoundInTime({ name, fn, startTimeout }: JobPlan): TimeoutError {
  const why = fn.url === undefined ? '' : `: does ${fn.url} wait for something at the top, or block there?`;
  const text = `${name} did not find its function within ${startTimeout} ms (startTimeout) and was ended${why}`;
  return new TimeoutError(text, { executed: 'no' });
}

/** Its process or thread ended before the function returned, or was `found`. `uncaught`: what nothing caught there. */
export function deathOf(
  name: string,
  exit: Exit,
  stderrTail: string,
  uncaught: Except,
  found: boolean,
): RemoteDiedError {
  const { code: exitCode, signal } = exit;
  const last = stderrTail.trim();
  const { first } = uncaught;
  const why = first instanceof Error && !last.includes(first.message) ? `: ${first.message}` : '';
  const when = found ? 'it returned' : 'its function was found';
  const text = `${name} ended before ${when}: ${describeExit(exit)}${why}${last === '' ? '' : `\n${last}`}`;
  const cause = uncaught.size > 0 ? { cause: first } : {};
  return new RemoteDiedError(text, { exitCode, signal, stderrTail, executed: found ? 'unknown' : 'no', ...cause });
}
