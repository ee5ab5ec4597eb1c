import type { View } from '@remoteobj/core/internal';

/** Says where the chains of a relay go. */
export interface Router {
  /** All chains go to the same place, at any one time. */
  readonly steady: boolean;
  /**
   * What the next chain goes on from: the root of a connection, or an object there. Undefined: it waits, with `waiting` others; the
   * router calls `pump` when that may have changed. Throws when there will never be one.
   */
  next(waiting: number): View | undefined;
  /** What a chain could go on from now, if there is anything: only a question, which starts nothing and counts as no call. */
  peek(): View | undefined;
  /** Why chains are not taken any more; those that wait go on. */
  refusal?(): Error | undefined;
  /** Whether `arrived` is told chains that can be made again: with their arguments as they were when they were called. */
  readonly records?: boolean;
  /** A value has arrived; gives what the user gets for it. */
  arrived?(view: View, value: unknown): unknown;
  /** The user has no more need of the object that all chains go on from. */
  released?(): void;
  /** An operation began, has to wait, or ended. */
  changed(): void;
}
