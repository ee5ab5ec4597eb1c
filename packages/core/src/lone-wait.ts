import { builtInModule } from '@remoteobj/except/internal';
import { isSameChain } from './chain.js';
import { viewPassedOn } from './evaluator.js';
import { openLines, openLinks, type OpenLine, type OpenLink, type Served } from './open-waits.js';
import { hasOtherWork } from './other-work.js';
import type { Request } from './request.js';

/** The call that this thread serves, and what that waits for: an answer, or its turn in a line here. */
export type LoneWait = { readonly call: Served } & (
  | { readonly line: OpenLine }
  | { readonly line: undefined; readonly link: OpenLink; readonly request: Request }
);

/**
 * What this thread waits for without blocking, if that is certain: it works on calls only, on one at this moment, and one wait is
 * open, beside which there is no timer or anything else that it could go on by. Which of several calls awaits which answer cannot be
 * known; nor what a program's own thread does besides.
 */
export function loneWait(): LoneWait | undefined {
  const links = [...openLinks];
  if (!links.some(({ toParent }) => toParent) && !isWorker()) return undefined;
  if (links.some(({ hasMore }) => hasMore)) return undefined;
  const { calls, passedOn } = served(links);
  const [call] = calls;
  if (call === undefined || calls.length > 1) return undefined;
  const waits: LoneWait[] = [];
  for (const line of openLines) if (line.own) waits.push({ call, line });
  for (const link of links)
    for (const request of link.awaiting)
      if (!passedOn.has(request)) waits.push({ call, line: undefined, link, request });
  const [wait] = waits;
  return wait !== undefined && waits.length === 1 && isOfCall(wait) && !hasOtherWork() ? wait : undefined;
}

/**
 * What runs beside the call, a report every second for one, belongs to another chain of calls, or to none: the call does not wait for that. Nor
 * for what an earlier call has left behind.
 */
function isOfCall(wait: LoneWait): boolean {
  const { chain, number } = wait.line ?? wait.request;
  if (number < wait.call.number) return false;
  return chain === undefined ? wait.call.chain === undefined : isSameChain(wait.call.chain, chain);
}

/** Calls that code of this thread works on, and the requests by which others are only passed on. */
function served(links: readonly OpenLink[]): {
  readonly calls: readonly Served[];
  readonly passedOn: ReadonlySet<Request | undefined>;
} {
  const calls: Served[] = [];
  const passedOn = new Set<Request | undefined>();
  for (const link of links) {
    for (const call of link.serving) {
      const view = call.settled === undefined ? undefined : viewPassedOn(call.settled);
      if (view !== undefined) passedOn.add(view.request);
      else if (call.caller.line === undefined) calls.push(call);
    }
  }
  return { calls, passedOn };
}

function isWorker(): boolean {
  return builtInModule<{ readonly isMainThread: boolean }>('node:worker_threads')?.isMainThread === false;
}
