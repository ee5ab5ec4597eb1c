import { sync, type RemoteView } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';

/** What became of something: its value, or what was thrown. */
export interface Settled {
  readonly failed: boolean;
  readonly value: unknown;
}

/** One run of a function in the background. */
export interface Work {
  /** Whether errors come from elsewhere, without the place of the call. */
  readonly elsewhere: boolean;
  /** Starts it; `settle` is told once what became of it. */
  start(settle: (outcome: Settled) => void): void;
  /**
   * Waits without turning the event loop, for at most so many milliseconds; undefined when they have passed. Throws where one cannot
   * wait in this way.
   */
  block(milliseconds: number | undefined): Settled | undefined;
  /** Ends what runs, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** Waits for a call that is under way. */
export function blockOn(call: RemoteView<unknown>, milliseconds: number | undefined): Settled | undefined {
  const deadline = performance.now() + (milliseconds ?? Number.POSITIVE_INFINITY);
  // Whatever the function calls here is served meanwhile: it may wait for it.
  const view = sync(call, { pump: 'all', ...(milliseconds === undefined ? {} : { timeout: milliseconds }) });
  try {
    return { failed: false, value: view.get_() };
  } catch (error) {
    if (error instanceof TimeoutError && performance.now() >= deadline) return undefined;
    return { failed: true, value: error };
  }
}
