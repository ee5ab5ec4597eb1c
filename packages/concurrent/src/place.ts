/** Where something was called; formatted only when it is asked for. */
export interface Place {
  readonly stack?: string;
}

type Called = (...args: never[]) => unknown;

/** The place that called `called`. */
export function placeAbove(called: Called): Place {
  const place: Place = {};
  Error.captureStackTrace(place, called);
  return place;
}

/** Throws what `act` throws with the place that called `called` below it. */
export function placing<R>(called: Called, act: () => R): R {
  try {
    return act();
  } catch (error) {
    throw addPlace(error, placeAbove(called));
  }
}

/** What stands between the two halves of a stack; the lower one would be about our own call. */
const remoteCall = '\n    at --- remote call ---';

/** Puts the place below the stack of an error from elsewhere, which may have come from a line long after the call. */
export function addPlace(error: unknown, place: Place): unknown {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return error;
  const frames = place.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const end = error.stack.lastIndexOf(remoteCall);
  const above = end < 0 ? error.stack : error.stack.slice(0, end);
  error.stack = `${above}${remoteCall}\n${frames.join('\n')}`;
  return error;
}
