import { LimitError, RemoteDiedError, UnserializableError, type Except } from '@remoteobj/except';
import { describeExit, type Exit } from './exit.js';

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

/** Its process or thread ended before the function returned. `uncaught`: what nothing caught there. */
export function deathOf(name: string, exit: Exit, stderrTail: string, uncaught: Except): RemoteDiedError {
  const { code: exitCode, signal } = exit;
  const last = stderrTail.trim();
  const { first } = uncaught;
  const why = first instanceof Error && !last.includes(first.message) ? `: ${first.message}` : '';
  const text = `${name} ended before it returned: ${describeExit(exit)}${why}${last === '' ? '' : `\n${last}`}`;
  const cause = uncaught.size > 0 ? { cause: first } : {};
  return new RemoteDiedError(text, { exitCode, signal, stderrTail, executed: 'unknown', ...cause });
}
