import type { Batch } from './batch.js';
import { currentContext, isSameContext, writeContext } from './context.js';
import { writeBase, writeKeep, writeStep } from './encode.js';
import { chainTooLongError } from './errors.js';
import { Flag } from './message.js';
import { Op } from './operation.js';
import type { Outbox } from './outbox.js';
import type { Request } from './request.js';
import type { View } from './view.js';

/** An argument cannot be encoded where the request was begun; thrown by whoever encodes it, answered by encoding it elsewhere. */
export class Reencode extends Error {
  readonly how: 'held' | 'unmerged';
  constructor(how: 'held' | 'unmerged') {
    super(how);
    this.how = how;
  }
}

/** Operations that have an effect: sent once, whoever awaits or extends them. */
export function runsOnce(op: Op): boolean {
  return op === Op.call || op === Op.construct || op === Op.pass || op === Op.set || op === Op.delete;
}

/** The steps of a view that are not sent yet, and the request they build on. */
export interface Path {
  readonly base: Request | undefined;
  readonly steps: readonly View[];
}

export function pathOf(view: View): Path {
  if (view.parent === undefined) return { base: undefined, steps: [] };
  const steps: View[] = [view];
  let node = view.parent;
  while (node.parent !== undefined && node.request === undefined) {
    steps.push(node);
    node = node.parent;
  }
  return { base: node.request, steps: steps.length === 1 ? steps : steps.reverse() };
}

/**
 * Writes a request behind the ones before it. What extends the chain that was written last is appended to it, so that
 * `a.f(1).g(2).x` is one message; everything else becomes a message of its own, so that order is kept.
 *
 * `inner` makes requests for calls inside the chain that were recorded but not sent before. Throws what encoding throws; then
 * nothing was written.
 */
export function writeRequest(
  outbox: Outbox,
  request: Request,
  path: Path,
  held: boolean,
  inner: (view: View) => Request,
): void {
  try {
    write(outbox, request, path, held, true, inner);
  } catch (error) {
    if (!(error instanceof Reencode)) throw error;
    write(outbox, request, path, held || error.how === 'held', false, inner);
  }
}

function write(
  outbox: Outbox,
  request: Request,
  path: Path,
  held: boolean,
  mayMerge: boolean,
  inner: (view: View) => Request,
): void {
  const { base, steps } = path;
  const batch = outbox.lane(held);
  if (batch.carriesContext) carry(batch);
  if (steps.length > batch.limits.chainLength) {
    throw chainTooLongError(request.view, steps.length, batch.limits.chainLength);
  }
  const merges =
    mayMerge &&
    base !== undefined &&
    batch.open === base &&
    (base.flags & Flag.ask) === 0 &&
    batch.openSteps + steps.length <= batch.limits.chainLength;
  if (!merges) batch.endChain();
  const at = batch.writer.at;
  const blobs = batch.blobCount();
  const made: Request[] = [];
  batch.merging = merges;
  batch.blocking = request.blocking;
  try {
    if (merges) writeKeep(batch, base.id);
    else writeBase(batch, request.view.root, base?.id ?? 0);
    for (const step of steps) {
      writeStep(batch, step);
      if (step === request.view || !runsOnce(step.op)) continue;
      const between = inner(step);
      made.push(between);
      writeKeep(batch, between.id);
    }
    batch.commit();
  } catch (error) {
    batch.undo(at, blobs);
    for (const between of made) between.view.request = undefined;
    throw error;
  } finally {
    batch.blocking = false;
  }
  accept(batch, request, merges ? base : undefined, made, steps.length);
}

/** Requests behind those of another caller say so, and are messages of their own. */
function carry(batch: Batch): void {
  const values = currentContext();
  if (isSameContext(batch.context, values)) return;
  batch.endChain();
  writeContext(batch, values);
}

function accept(
  batch: Batch,
  request: Request,
  merged: Request | undefined,
  made: readonly Request[],
  steps: number,
): void {
  if (merged !== undefined) {
    merged.inner = true;
    batch.requests.pop(); // it is no message of its own any more
    batch.inner.push(merged);
  }
  for (const between of made) {
    between.inner = true;
    between.batch = batch;
    batch.inner.push(between);
  }
  batch.openSteps = merged === undefined ? steps : batch.openSteps + steps;
  batch.open = request;
  batch.requests.push(request);
  request.batch = batch;
}
