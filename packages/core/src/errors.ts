import {
  ConnectionClosedError,
  DeadlockError,
  LimitError,
  NotListeningError,
  RemoteDiedError,
  StaleReferenceError,
  TimeoutError,
} from '@remoteobj/except';
import type { View } from './view.js';

/** Texts of this package's own errors: who, what, and the remedy. */

/**
 * Why an operation could not be answered: the link ended before. A death keeps its exit code, signal and stderr. When the other side
 * was started anew, what was not sent is stale, and what was sent died with it.
 */
export function endedError(reason: unknown, view: View | string, executed: 'no' | 'unknown'): Error {
  if (reason instanceof StaleReferenceError) {
    if (executed === 'unknown') return endedError(reason.cause, view, executed);
    return new StaleReferenceError(`${view}: ${reason.message}`, { executed, cause: reason.cause });
  }
  if (reason instanceof RemoteDiedError) {
    const { exitCode, signal, stderrTail } = reason;
    return new RemoteDiedError(`${view}: ${withCause(reason)}`, {
      exitCode,
      signal,
      stderrTail,
      executed,
      cause: reason,
    });
  }
  const why = reason instanceof Error ? `: ${reason.message}` : '';
  return new ConnectionClosedError(`${view}: the connection is closed${why}`, {
    executed,
    ...(reason === undefined ? {} : { cause: reason }),
  });
}

/** What happened, and why where that is known: what a thread threw, or that it had no memory left. */
function withCause({ message, cause }: Error): string {
  return cause instanceof Error && !message.includes(cause.message) ? `${message}: ${cause.message}` : message;
}

/** A call was under way when the end that ran it stopped to listen. */
export function stoppedError(what: string): ConnectionClosedError {
  return new ConnectionClosedError(`${what}: the other end stopped listening while this was running`, {
    executed: 'unknown',
  });
}

/** Nobody serves the other end's root. */
/** `reason`: why the other end stopped, if it said so. */
export function notListeningError(view: View | string, stopped: boolean, reason?: unknown): NotListeningError {
  const why = stopped
    ? 'the other end has stopped listening'
    : 'the other end does not listen yet: await waitUntilListening(remote), or leave out { queue: false }';
  const because = reason instanceof Error ? `, because of ${reason.name}: ${reason.message}` : '';
  return new NotListeningError(`${view}: ${why}${because}`, {
    executed: 'no',
    ...(reason === undefined ? {} : { cause: reason }),
  });
}

/** A time limit of the caller passed. */
export function timeoutError(view: View | string, milliseconds: number, executed: 'no' | 'unknown'): TimeoutError {
  return new TimeoutError(`${view}: no answer within ${milliseconds} ms; the call was cancelled`, { executed });
}

/** A reference was released here and used afterwards. */
export function releasedError(view: View | string): StaleReferenceError {
  return new StaleReferenceError(`${view}: this remote was released; get a new one from the object that gave it`, {
    executed: 'no',
  });
}

/** More operations stand in one chain than the other end takes. */
export function chainTooLongError(view: View | string, length: number, most: number): LimitError {
  return new LimitError(`${view}: a chain of ${length} operations is longer than ${most}: await a part of it first`, {
    executed: 'no',
  });
}

/** The other side does not keep the result any more on which a later operation builds. */
export function goneError(id: number, most: number): StaleReferenceError {
  return new StaleReferenceError(
    `the result of request ${id} is not kept; at most ${most} are: await calls as they are made if their results are needed`,
    { executed: 'no' },
  );
}

/** A callback that came while its thread blocks answers with a promise that could only settle afterwards. */
export function blockedError(called: string, view: View | string): DeadlockError {
  return new DeadlockError(
    `${called} gave a promise, which cannot settle while its thread blocks in ${view}: use a function that is not async there, or do not block`,
    { executed: 'yes' },
  );
}

/** An iteration waits for an item that can only be there afterwards. */
export function blockedItemError(iterated: string, view: View | string): DeadlockError {
  return new DeadlockError(
    `${iterated}: the next item is a promise, which cannot settle while its thread blocks in ${view}: iterate something that is not async there, or do not block`,
    { executed: 'yes' },
  );
}

/** A call came out of so many blocking calls, each made while the one before was served, that the stack has no room for more. */
export function tooDeepError(called: string): LimitError {
  return new LimitError(
    `${called}: too many calls that block go to and fro, each inside the one before: recurse less deeply, or await instead of blocking`,
    { executed: 'no' },
  );
}

/** Blocking on a link that can only be used asynchronously. */
export function noBlockingError(view: View | string): TypeError {
  return new TypeError(
    `${view}: this connection cannot block (connectionOf(remote).syncSupported is false): it takes a worker thread, or a child process on Linux or macOS; use await`,
  );
}
