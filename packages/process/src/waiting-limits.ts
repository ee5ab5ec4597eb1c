import { timeoutError, timer, whenAborted, type View, type ViewOptions } from '@remoteobj/core/internal';

/** The time limit and the signal of a call, while it waits to be sent. */
export interface WaitingLimits {
  /** The waiting is over; what of the limits is left for the call itself. */
  rest(): ViewOptions | undefined;
}

/** Puts limits in force; `stop` is told when one is reached: the call has not been sent, and must not be. */
export function withinLimits(
  options: ViewOptions | undefined,
  view: View,
  stop: (reason: unknown) => void,
): WaitingLimits {
  const { timeout, signal } = options ?? {};
  if (timeout === undefined && signal === undefined) return { rest: () => options };
  const since = performance.now();
  const onAbort = (): void => stop(signal?.reason);
  const late = timeout === undefined ? undefined : timer(() => stop(timeoutError(view, timeout, 'no')), timeout);
  const deafen = signal && whenAborted(signal, onAbort);
  if (signal?.aborted) queueMicrotask(onAbort);
  return {
    rest() {
      clearTimeout(late);
      deafen?.();
      if (timeout === undefined) return options;
      return { ...options, timeout: Math.max(0, timeout - (performance.now() - since)) };
    },
  };
}
