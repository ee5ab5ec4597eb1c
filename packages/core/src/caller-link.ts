import type { ViewOwner } from './arguments.js';
import type { CallerOptions } from './fallback.js';
import type { Root } from './view.js';

/** How far the other end has come. */
export type Listening = 'not yet' | 'listening' | 'stopped';

/** What the calling half needs of its connection. */
export interface CallerLink extends ViewOwner {
  /** Counted in this thread. */
  readonly number: number;
  readonly listening: Listening;
  /** Why the other end stopped listening, if it said so. */
  readonly stopReason: unknown;
  /** Why the link ended; undefined while it is open. */
  readonly ended: { readonly reason: Error | undefined } | undefined;
  readonly options: CallerOptions;
  readonly root: Root;
  /** Something began or ended that the event loop must stay alive for. */
  busyChanged(): void;
}
