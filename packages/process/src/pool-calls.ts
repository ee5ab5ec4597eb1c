import { inline, type AnyView } from '@remoteobj/core';
import { capturePlace, Op, recordedAt, remoteOf, View, viewOfRemote } from '@remoteobj/core/internal';
import type { ErrorOrigin } from '@remoteobj/except';
import type { Caller, Mapper } from './pool-map.js';
import type { Relay } from './relay.js';

/** Calls of a function that is mapped, by where it is; `origin` tells whose connection a chain goes on. Throws TypeError for what is no function. */
export function callerOf<T>(
  relay: Relay,
  fn: Mapper<T, unknown>,
  origin: (bound: View) => ErrorOrigin | undefined,
): Caller<T> {
  const view = viewOfRemote(fn);
  const mine = view?.root === relay.root;
  if (!mine && typeof fn === 'function' && view?.root.kind !== 'module')
    return (item, index) => ({ result: fn(item, index), origin: () => view && origin(view) });
  if (typeof fn !== 'function' && (typeof fn !== 'object' || fn === null))
    throw new TypeError(`pool.map(fn, items): fn must be a function, not ${fn === null ? 'null' : typeof fn}`);
  const start = mine ? (view as View) : new View(relay.root);
  const place = capturePlace(); // of the map, for the errors of its calls
  return (item, index, signal) => {
    const call = mine
      ? start.extend(Op.call, '', [item, index])
      : start.extend(Op.pass, '', [applied, fn, item, index]);
    const sent = call.withOptions({ signal });
    return {
      result: recordedAt(place, () => relay.evaluate(sent)),
      origin() {
        const bound = relay.behind(sent);
        return bound && origin(bound);
      },
    };
  };
}

/** A call that is not sent yet, as it is sent by another relay. */
export function onRelay(relay: Relay, view: View): View {
  const root = new View(relay.root);
  if (view.root.kind === 'module')
    return root.extend(Op.pass, '', [applied, remoteOf(view.parent as View), ...(view.args ?? [])]);
  return view
    .steps()
    .reduce((chain, { op, key, args, options }) => new View(relay.root, chain, op, key, args, options), root);
}

/** Sent along, for what is named or sent as source: the object of a pass is the module, which such functions do not take. */
const applied = inline((_module: AnyView, fn: (...args: AnyView[]) => unknown, ...args: AnyView[]) => fn(...args));
