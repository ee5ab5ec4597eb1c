/**
 * Blocking: the one place where this thread waits for an answer without turning its event loop. While it waits, whatever comes on
 * any of its links is taken in: answers settle their promises, whose continuations run later; requests of the same chain are
 * served at once; other requests wait until nothing blocks any more.
 *
 * Each request that is served so and blocks itself is one wait inside another, on one stack. From a number of them on only those are served
 * that the innermost wait may have brought about: calls of its chain that are deeper than itself. The others come when inner waits have ended.
 * In a circle of waits one is always served, because depths cannot rise all around it.
 */
import { isSameChain, type Chain } from './chain.js';
import type { ProbeStep } from './message.js';
import type { Request } from './request.js';
import { hasStackRoom } from './stack-room.js';

/** What a wait needs of its connection. */
export interface WaitingLink {
  /** Takes in what arrives, for at most so many milliseconds. */
  block(milliseconds: number): void;
  /** Asks along the link whether the other end waits for us. */
  probe(wait: Wait): void;
  /** Follows a wait of ours on behalf of another process. */
  passProbe(wait: Wait, steps: readonly ProbeStep[]): void;
  /** The request fails with the error. */
  giveUp(request: Request, reason: () => Error): void;
}

/** Somebody whose messages leave in a microtask, which does not come while this thread blocks. */
export interface Scheduled {
  flush(): void;
}

/** Somebody who is in the middle of a frame, whose rest comes before what arrives next. */
export interface Interrupted {
  resume(): void;
}

/** Somebody who holds requests back until nothing blocks any more. */
export interface Deferring {
  undefer(): void;
  /** Serves those that are served now: what a wait is for may depend on them. */
  serveDue(): void;
}

/** Somebody who works on an item of an iteration. */
export interface Producing {
  readonly chain: Chain | undefined;
  /** This thread waits in its chain: an item that is here is sent; `late`: if none is, the iteration ends with an error. */
  hurry(wait: Wait, late: boolean): void;
}

/** One blocking call of this thread. */
export interface Wait {
  /** Counted in this thread. */
  readonly number: number;
  readonly chain: Chain;
  readonly link: WaitingLink;
  readonly request: Request;
  /** `performance.now()` at its start. */
  readonly since: number;
  /** Requests of other chains are served, too. */
  readonly all: boolean;
  /** It takes long: what it waits for may depend on any request that is held back. */
  long: boolean;
  /** There is no room on the stack for another wait inside it. */
  readonly full: boolean;
}

/** Milliseconds after which a wait first asks whether it can ever end, and between such questions. */
const probeDelay = 25;
const probeInterval = 40;
/** Milliseconds that an item of ours may take while this thread blocks: perhaps what awaits it runs beside the call, and the call will end. */
const itemPatience = 3000;
/** Waits inside one another from which on only what they bring about themselves is served. */
const nestedWaits = 64;
/** Waits inside one another at most; a stack holds twice as many, where the frames of the user's code between them are few. */
const deepestWaits = 160;
/** Waits inside one another from which on it is measured whether the stack has room. */
const measuredWaits = 8;

const waits: Wait[] = [];
const scheduled = new Set<Scheduled>();
const interrupted: Interrupted[] = [];
const deferring = new Set<Deferring>();
/** Requests of iterations, for the items of which this thread waits whenever it wants one. */
const iterations = new Set<Request>();
const producing = new Set<Producing>();
let counted = 0;
let draining = false;

/** The innermost blocking call of this thread, which must end before anything else goes on. */
export function innermostWait(): Wait | undefined {
  return waits[waits.length - 1];
}

/** Whether this thread waits in a blocking call. */
export function isBlocked(): boolean {
  return waits.length > 0;
}

/** Whether a request is served although this thread blocks; always true when it does not. */
export function isServed(chain: Chain | undefined): boolean {
  const wait = innermostWait();
  if (wait === undefined) return true;
  if (!wait.all && !isAwaited(chain)) return false;
  return !isDeep() || isBroughtAbout(chain);
}

/** Whether so many waits are inside one another that only what the innermost may have brought about is served, which cannot have come before it. */
export function isDeep(): boolean {
  const wait = innermostWait();
  return wait !== undefined && (wait.full || waits.length >= (wait.long ? deepestWaits : nestedWaits));
}

/** Whether a request would have to be served, and there is no room on the stack for the waits in it. */
export function isTooDeep(chain: Chain | undefined): boolean {
  return (waits.length >= deepestWaits || innermostWait()?.full === true) && isBroughtAbout(chain);
}

/** Whether the innermost wait may have brought a request about: it is of the same chain and deeper. */
function isBroughtAbout(chain: Chain | undefined): boolean {
  const wait = innermostWait();
  return wait !== undefined && chain !== undefined && isSameChain(chain, wait.chain) && chain.depth > wait.chain.depth;
}

/** Whether this thread waits in a call of this chain, or in any while it iterates in this chain: the producer works ahead. */
export function isAwaited(chain: Chain | undefined): boolean {
  if (chain === undefined || waits.length === 0) return false;
  if (waits.some((wait) => isSameChain(wait.chain, chain))) return true;
  for (const iteration of iterations) if (isSameChain(iteration.chain, chain)) return true;
  return false;
}

/** An iteration whose items are waited for is open, or has ended. */
export function iterating(request: Request, on: boolean): void {
  if (on) iterations.add(request);
  else iterations.delete(request);
}

/** An item is awaited here, or is not any more. */
export function awaitsItem(owner: Producing, on: boolean): void {
  if (on) producing.add(owner);
  else producing.delete(owner);
}

export function scheduleOf(outbox: Scheduled, on: boolean): void {
  if (on) scheduled.add(outbox);
  else scheduled.delete(outbox);
}

/** The handling of frames begins; a blocking call inside it goes on with the rest first. */
export function beginHandling(owner: Interrupted): void {
  interrupted.push(owner);
}

export function endHandling(): void {
  interrupted.pop();
}

export function defer(owner: Deferring): void {
  deferring.add(owner);
}

/**
 * Waits for a request until `done`; `all`: requests of other chains are served, too. `expired` is called once when `deadline` (of `performance.now()`) has passed and must bring it about.
 */
export function waitUntil(
  link: WaitingLink,
  request: Request,
  chain: Chain,
  all: boolean,
  done: () => boolean,
  deadline: number,
  expired: () => void,
): void {
  const since = performance.now();
  const full = waits.length >= measuredWaits && !hasStackRoom();
  const own: Wait = { number: ++counted, chain, link, request, since, all, long: false, full };
  let now = since;
  let nextProbe = since + probeDelay;
  waits.push(own);
  try {
    // At first: the producer of an iteration may have called between two waits.
    let ended = 0;
    for (;;) {
      // Waits inside this one have held back what they did not bring about.
      if (ended !== counted) for (const owner of deferring) owner.serveDue();
      ended = counted;
      flushScheduled();
      if (done()) return;
      if (interrupted.length > 0) {
        for (let i = interrupted.length - 1; i >= 0; i--) interrupted[i]?.resume();
        flushScheduled();
        if (done()) return;
      }
      link.block(Math.max(0, Math.min(deadline, nextProbe) - now));
      if (done()) return;
      now = performance.now();
      if (now >= nextProbe) {
        link.probe(own);
        nextProbe = now + probeInterval;
        lookLater(own, now - since >= itemPatience);
        ended = 0;
      }
      if (now >= deadline) return expired();
    }
  } finally {
    waits.pop();
    if (waits.length === 0 && deferring.size > 0) drainLater();
  }
}

/** What can be done for a wait that takes long. */
function lookLater(wait: Wait, late: boolean): void {
  wait.long = true;
  for (const owner of [...producing]) if (isAwaited(owner.chain)) owner.hurry(wait, late);
}

/** Where a call was made: whoever blocks is still there when an error comes. */
export function placeOf(request: Request | undefined): { readonly stack?: string } | undefined {
  return request?.blocking ? blockedPlace() : request?.place;
}

/** Where this thread blocks, for an error that comes meanwhile: below what takes frames in, whose own depth says nothing. */
export function blockedPlace(): { readonly stack?: string } {
  const place: { stack?: string } = {};
  type Capture = { captureStackTrace?: (target: object, above: unknown) => void };
  (Error as Capture).captureStackTrace?.(place, waitUntil);
  return place;
}

/** Sends what waits for a microtask. */
export function flushScheduled(): void {
  for (const outbox of scheduled) outbox.flush();
}

function drainLater(): void {
  if (draining) return;
  draining = true;
  queueMicrotask(() => {
    draining = false;
    const owners = [...deferring];
    deferring.clear();
    for (const owner of owners) owner.undefer();
  });
}
