import { whenAborted } from './abort-listeners.js';
import { timeoutError } from './errors.js';
import type { Request } from './request.js';
import { placed } from './stacks.js';
import { timer } from './timer.js';

/** Why nobody waits for a request any longer, given whether it may have been run. */
export type StopReason = (executed: 'no' | 'unknown') => unknown;

/** Stops a request when `timeout` milliseconds have passed or the signal aborts; its `disarm` undoes that. */
export function arm(
  request: Request,
  timeout: number | undefined,
  signal: AbortSignal | undefined,
  stop: (reason: StopReason) => void,
): void {
  const onAbort = (): void => stop(() => signal?.reason as unknown);
  if (signal?.aborted) return onAbort();
  const late = (): void =>
    stop((executed) => placed(timeoutError(request.view, timeout ?? 0, executed), request.place));
  const limit = timeout === undefined ? undefined : timer(late, timeout);
  const deafen = signal && whenAborted(signal, onAbort);
  request.disarm = () => {
    clearTimeout(limit);
    deafen?.();
  };
}
