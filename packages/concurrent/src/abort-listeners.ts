interface Listeners {
  readonly told: Set<() => void>;
  readonly onAbort: () => void;
}

/** One listener of the platform's for each signal, however many wait for it: of more than ten it warns. */
const listening = new WeakMap<AbortSignal, Listeners>();

/** Calls back when a signal aborts that has not yet; gives what ends that. */
export function whenAborted(signal: AbortSignal, tell: () => void): () => void {
  const listeners = listening.get(signal) ?? listenTo(signal);
  listeners.told.add(tell);
  return () => {
    if (!listeners.told.delete(tell) || listeners.told.size > 0) return;
    signal.removeEventListener('abort', listeners.onAbort);
    if (listening.get(signal) === listeners) listening.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Listeners {
  const told = new Set<() => void>();
  const onAbort = (): void => {
    listening.delete(signal);
    for (const tell of told) tell();
  };
  const listeners = { told, onAbort };
  signal.addEventListener('abort', onAbort, { once: true });
  listening.set(signal, listeners);
  return listeners;
}
