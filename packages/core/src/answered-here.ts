import type { CallerLink } from './caller-link.js';
import { endedError, notListeningError, releasedError } from './errors.js';
import { fallbackOf } from './fallback.js';
import { outcomeFrom } from './following.js';
import type { Path } from './record.js';
import type { Request } from './request.js';
import type { View } from './view.js';

/** Whether nobody is there, or not yet, to do what a view asks for. */
export function isAbsent({ ended, listening }: CallerLink, { root }: View): boolean {
  return ended !== undefined || (root.kind === 'root' && listening !== 'listening');
}

/**
 * What a request comes to that needs no message, or a promise of it: its base is known here, or nobody can be reached and it has a
 * default. Undefined: it is to be sent. Throws why it cannot be.
 */
export function answeredHere(link: CallerLink, request: Request, { base, steps }: Path): (() => unknown) | undefined {
  if (base !== undefined && (base.state !== 'open' || base.passedOn !== undefined))
    return () => outcomeFrom(base, request, steps);
  const { view } = request;
  const { ended, listening, options, stopReason } = link;
  const absent = view.root.kind === 'root' && listening !== 'listening';
  if (isAbsent(link, view)) {
    const fallback = fallbackOf(view, options);
    if (fallback !== undefined) return fallback;
  }
  if (ended !== undefined) throw endedError(ended.reason, view, 'no');
  if (absent && (listening === 'stopped' || options.queue === false))
    throw notListeningError(view, listening === 'stopped', stopReason);
  if (base === undefined && view.root.kind === 'reference' && !link.references.isHeld(view.root.id))
    throw releasedError(view);
  return undefined;
}
