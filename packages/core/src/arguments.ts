import { UnserializableError } from '@remoteobj/except';
import type { Batch } from './batch.js';
import { checkKey } from './encode.js';
import { chainTooLongError, releasedError } from './errors.js';
import { Flag } from './message.js';
import { Op } from './operation.js';
import { pathOf, Reencode, runsOnce } from './record.js';
import type { ExportedView } from './exporter.js';
import type { Outbox } from './outbox.js';
import type { References } from './references.js';
import type { Request } from './request.js';
import { Special, ViewBase } from './special.js';
import type { Root, View } from './view.js';

/** What chains as arguments need of their connection. */
export interface ViewOwner {
  readonly outbox: Outbox;
  readonly recorder: NonNullable<Root['recorder']>;
  readonly isListening: boolean;
  readonly references: References;
  readonly caller: { readonly pending: { extend(request: Request): void } };
}

/**
 * How a remote or a longer view crosses as an argument to the connection it belongs to: an object of the other side comes home,
 * an unanswered call is named by its number, attributes are read over there. What another connection has to say about a longer view
 * crosses as its value. Undefined: it is a remote of another connection, or this thread blocks and so cannot await that value: it
 * goes by reference, as something to call.
 */
export function exportView(
  owner: ViewOwner,
  recorded: View,
  batch: Batch,
  pack: (value: unknown, part: string) => unknown,
): ExportedView | undefined {
  const relay = recorded.root.recorder;
  const behind = relay?.behind?.(recorded);
  const view = behind ?? recorded;
  if (view.root.recorder !== owner.recorder && view.root.kind !== 'module')
    return recorded.depth > 0 && !batch.blocking ? { value: soon(recorded) } : undefined;
  if (view.depth === 0) return { special: rootSpecial(owner, view, batch) };
  if (view.request !== undefined) return requestSpecial(owner, view.request, batch);
  const { base, steps } = pathOf(view);
  if (base?.state === 'rejected') throw base.outcome;
  // Calls inside it that were not sent before would have to be sent first; and results that are here are read here.
  const unbound = view.root.kind === 'module';
  if (unbound && steps.some(({ op }) => runsOnce(op) && op !== Op.call && op !== Op.construct))
    throw new UnserializableError(
      `${view}: an unbound view as an argument may read, call and construct, nothing else`,
      {
        path: view.toString(),
        executed: 'no',
      },
    );
  if (
    !unbound &&
    (base?.state === 'fulfilled' || steps.some((step) => runsOnce(step.op)) || isLate(owner, view, base, batch))
  )
    return { value: soon(view) };
  const from = base === undefined ? fromRoot(owner, view, batch) : [ViewBase.result, resultId(owner, base, batch)];
  if (steps.length > batch.limits.chainLength) throw chainTooLongError(view, steps.length, batch.limits.chainLength);
  for (const step of steps) if (step.op === Op.get || step.op === Op.has) checkKey(batch, step);
  const list = steps.map((step) => [
    step.op,
    step.key,
    (step.args ?? []).map((arg, i) => pack(arg, `${step.key}(${i})`)),
  ]);
  return { special: [Special.view, ...from, list] };
}

function rootSpecial(owner: ViewOwner, view: View, batch: Batch): readonly unknown[] {
  if (view.root.kind === 'module') return [Special.view, ViewBase.module, view.root.url, []];
  const [, id] = fromRoot(owner, view, batch);
  return [Special.home, id];
}

function fromRoot(owner: ViewOwner, view: View, batch: Batch): [number, number | string] {
  const { kind, id, url } = view.root;
  if (kind === 'module') return [ViewBase.module, url];
  if (kind === 'root' && !owner.isListening && !owner.outbox.isHeld(batch)) {
    if (!batch.lends) throw new Reencode('held');
    throw new UnserializableError(
      `${view}: the other end exposes nothing yet, so an answer cannot give it back: await waitUntilListening(remote) before`,
      { path: view.toString(), executed: 'no' },
    );
  }
  if (kind === 'reference' && !owner.references.isHeld(id)) throw releasedError(view);
  return kind === 'root' ? [ViewBase.root, 0] : [ViewBase.reference, id];
}

function requestSpecial(owner: ViewOwner, request: Request, batch: Batch): ExportedView {
  if (request.state === 'rejected') throw request.outcome;
  if (request.state === 'fulfilled') return { value: request.outcome };
  // Asked for and sent without being kept: over there it may be gone by the time this arrives.
  if (request.batch === undefined && (request.flags & Flag.keep) === 0) return { value: request.wait() };
  if (follows(request, batch)) return { value: soon(request.view) };
  return { special: [Special.result, resultId(owner, request, batch)] };
}

/** Whether what a chain builds on would not have arrived before the message under way. */
function isLate(owner: ViewOwner, { root }: View, base: Request | undefined, batch: Batch): boolean {
  if (base !== undefined) return follows(base, batch);
  return batch.lends && root.kind === 'root' && !owner.isListening;
}

/** Whether a request leaves behind the message under way: answers overtake what waits to be sent, and what is made while a message is encoded follows it. */
function follows({ batch }: Request, underway: Batch): boolean {
  return batch !== undefined && (underway.lends || underway.asides().includes(batch));
}

function resultId(owner: ViewOwner, request: Request, batch: Batch): number {
  if (batch.merging && request.batch === batch && (request === batch.open || request.inner))
    throw new Reencode('unmerged');
  if (owner.outbox.isHeld(request.batch) && !owner.outbox.isHeld(batch)) throw new Reencode('held');
  owner.caller.pending.extend(request);
  return request.id;
}

/** Evaluated once the message under way is written; until then a promise, which the other side awaits. */
function soon(view: View): Promise<unknown> {
  const value = (async () => {
    await undefined;
    return view.root.recorder?.evaluate(view);
  })();
  value.catch(() => {}); // whoever is called hears of it; if the message cannot be written, nobody need
  return value;
}

/** Whether an operation's value can be extended: assignments and deletions have none. */
export function hasResult(op: Op): boolean {
  return op === Op.call || op === Op.construct || op === Op.pass;
}
