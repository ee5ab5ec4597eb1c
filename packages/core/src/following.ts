import { StaleReferenceError } from '@remoteobj/except';
import { OpenIterator } from './evaluator.js';
import { evaluateLocally } from './local-evaluation.js';
import { Op } from './operation.js';
import { viewOfRemote } from './proxy.js';
import type { Request } from './request.js';
import type { Root, View } from './view.js';

/**
 * What a request comes to, or a promise of it, whose base is known here: a remote is operated on there, a copy here; so is what another view
 * of a remote will answer. Throws the base's error.
 */
export function outcomeFrom(base: Request, request: Request, steps: readonly View[]): unknown {
  if (base.state === 'rejected') throw base.outcome;
  const start = base.state === 'open' ? base.passedOn : viewOfRemote(base.outcome);
  if (start === undefined) return evaluateLocally(base.outcome, steps);
  const iterates = steps.at(-1)?.op === Op.iterate;
  const view = (iterates ? steps.slice(0, -1) : steps)
    .reduce((chain, step) => chain.extend(step.op, step.key, step.args), start)
    .withOptions(request.view.options ?? {});
  const recorder = start.root.recorder as NonNullable<Root['recorder']>;
  if (iterates)
    return request.blocking
      ? new OpenIterator(recorder.iterateBlocking(view), false, 1)
      : new OpenIterator(recorder.iterate(view), true, 1);
  request.passedOn = view;
  return request.blocking ? recorder.evaluateBlocking(view) : recorder.evaluate(view);
}

/** The steps of a view behind its base. */
export function stepsFrom(base: Request, view: View): View[] {
  return view.steps(({ request }) => request === base);
}

/** Whether a request failed because its base is kept no more over there. */
export function isGone(error: unknown): boolean {
  return error instanceof StaleReferenceError && error.executed === 'no';
}
