/** What this process or thread waits for and serves at this moment, over all of its connections: for those who look for circles of waits. */
import type { Caller } from './callers.js';
import type { Chain } from './chain.js';
import type { ProbeStep } from './message.js';
import type { Request } from './request.js';

/** A request of the other side that waits for a promise. */
export interface Suspended {
  readonly caller: Caller;
  readonly chain: Chain | undefined;
  readonly settled: Promise<unknown> | undefined;
}

/** One that code of this thread may work on. */
export interface Served extends Suspended {
  /** When it came, among all that has begun here. */
  readonly number: number;
  /** The same by `performance.now()`. */
  readonly since: number;
}

/** A connection, as far as it is about waits. */
export interface OpenLink {
  /** The other end is whoever started this process. */
  readonly toParent: boolean;
  /** Requests of the other side that have not finished. */
  readonly serving: Iterable<Served>;
  /** Calls of ours that somebody awaits. */
  readonly awaiting: Iterable<Request>;
  /** There is more under way: iterations, requests that wait to be polled. */
  readonly hasMore: boolean;
  /** The number under which the other end was given an object; undefined: it was not. */
  numberOf(object: object): number | undefined;
  /** Follows a call of ours on behalf of whoever waits for this thread. */
  probeRequest(request: Request, steps: readonly ProbeStep[]): void;
  /** Follows an object that the other end was given: somebody waits until it is given back. */
  probeHolder(object: number, steps: readonly ProbeStep[]): void;
}

export const openLinks: Set<OpenLink> = new Set();

/** Somebody who waits in line here. */
export interface OpenLine {
  /** What for, in words. */
  readonly what: string;
  /** Among all that has begun here. */
  readonly number: number;
  /** Code of this thread waits, not a call that it serves. */
  readonly own: boolean;
  /** The chain of calls that the code which waits belongs to. */
  readonly chain: Chain | undefined;
  /** Somebody waits for whoever waits here. */
  probed(steps: readonly ProbeStep[]): void;
}

export const openLines: Set<OpenLine> = new Set();
