import { continuedChain } from './chain.js';
import type { Link } from './connection.js';
import { timeoutError } from './errors.js';
import { Op } from './operation.js';
import { placed } from './stacks.js';
import type { Request } from './request.js';
import type { StreamSink } from './stream-sink.js';
import type { View, ViewOptions } from './view.js';
import { blockedPlace, waitUntil } from './waiting.js';

/** The value of a view, waited for without turning the event loop. Throws what its evaluation throws. */
export function evaluateBlocking(link: Link, view: View): unknown {
  if (view.options?.signal?.aborted && view.request === undefined) throw view.options.signal.reason;
  checkWhole(link, view);
  const request = link.caller.begin(view);
  if (request.state === 'open') waitFor(link, request, view.options, () => request.state !== 'open');
  if (request.state === 'rejected') throw request.outcome;
  // Assignments are where one looks for what went wrong before.
  if (view.op === Op.set) link.caller.unheard.raise();
  return request.outcome;
}

/** Iterates what a view yields, waiting for each item; the request leaves with the first `next`. */
export function blockingIterator(link: Link, view: View): IterableIterator<unknown> {
  let sink: StreamSink | undefined;
  let closed = false;
  const ready = (open: StreamSink): IteratorResult<unknown> => {
    if (!open.ready) {
      checkWhole(link, view);
      if (open.request.elsewhere && open.request.state === 'open')
        throw new TypeError(`${view} is answered here, but by a promise: iterate with for await`);
      open.want();
      waitFor(link, open.request, view.options, () => open.ready);
    }
    return open.take();
  };
  const iterator: IterableIterator<unknown> = {
    next: () =>
      closed ? { done: true, value: undefined } : ready((sink ??= link.streams.open(view, iterator, continuedChain()))),
    return: (value?: unknown) => {
      closed = true;
      sink?.stop();
      if (sink !== undefined) ready(sink);
      return { done: true, value };
    },
    [Symbol.iterator]: () => iterator,
  };
  return iterator;
}

/** Throws while a message is encoded: it would have to leave before what is asked for, and cannot. */
function checkWhole(link: Link, view: View): void {
  if (link.outbox.building)
    throw new TypeError(
      `${view} cannot block while a value for the same connection is encoded, by a Proxy, an error's getter or the encode of a type: ask before, or do not wait`,
    );
}

function waitFor(link: Link, request: Request, options: ViewOptions = {}, done: () => boolean): void {
  const { timeout = link.options.timeout } = options;
  const chain = request.chain ?? continuedChain();
  const deadline = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout;
  waitUntil(link, request, chain, options.pump === 'all', done, deadline, () =>
    link.caller.stop(request, (executed) => placed(timeoutError(request.view, timeout ?? 0, executed), blockedPlace())),
  );
}
