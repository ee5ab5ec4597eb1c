import type { OpenIterator } from './evaluator.js';
import type { Outbox } from './outbox.js';
import type { Policy } from './policy.js';
import type { References } from './references.js';
import type { Suspended } from './open-waits.js';
import type { Iterating } from './stream-source.js';

/** What the serving half needs of its connection. */
export interface ServerLink {
  readonly outbox: Outbox;
  readonly references: References;
  readonly streams: IterationsServed;
  busyChanged(): void;
}

/** Iterations of what is served. */
interface IterationsServed {
  /** Runs the items of an iteration to the other side. */
  produce(call: Iterating, open: OpenIterator): void;
  /** An iteration that is under way. */
  source(id: number): Suspended | undefined;
  /** Ends an iteration that the other side cancels. */
  stop(id: number): boolean;
}

/** What an object is served with. */
export interface Serving {
  readonly target: object;
  readonly policy: Policy;
  /** Imports a module for `remoteModule`; absent: refused. */
  readonly modules: ((url: string) => Promise<unknown>) | undefined;
  /** Requests wait for `poll`. */
  readonly manual: boolean;
}
