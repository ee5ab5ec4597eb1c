import { viewOfRemote } from './proxy.js';
import { Special } from './special.js';

/** An object that is passed under a number, as a special; functions are marked, because a remote of one can do more. */
export function referenceSpecial(number: number, value: object): readonly unknown[] {
  return isFunction(value) ? [Special.reference, number, 1] : [Special.reference, number];
}

/** A remote of another connection is callable whatever it stands for. */
function isFunction(value: object): boolean {
  if (typeof value !== 'function') return false;
  const view = viewOfRemote(value);
  return view === undefined || (view.depth === 0 && view.root.isFunction === true);
}
