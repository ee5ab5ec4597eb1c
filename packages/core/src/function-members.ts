import { SafeSet } from './intrinsics.js';
import type { View } from './view.js';

type Call = (args: readonly unknown[]) => unknown;

/** What `call`, `apply` and `bind` do with a function of the other side: they act here, and what they send is a call. `this` does not travel. */
const members: ReadonlyMap<string, (call: Call) => unknown> = new Map<string, (call: Call) => unknown>([
  [
    'call',
    (call) =>
      (_self: unknown, ...args: unknown[]) =>
        call(args),
  ],
  ['apply', (call) => (_self: unknown, args?: ArrayLike<unknown> | null) => call(Array.from(args ?? []))],
  [
    'bind',
    (call) =>
      (_self: unknown, ...bound: unknown[]) =>
      (...args: unknown[]) =>
        call([...bound, ...args]),
  ],
]);

const names = new SafeSet(members.keys());

/** Whether functions have a member of that name, which the access rule lets nobody reach from outside. */
export function isFunctionMember(key: string): boolean {
  return names.has(key);
}

/** Whether a remote is known to stand for a function. */
export function isFunction({ depth, root }: View): boolean {
  return depth === 0 && root.isFunction === true;
}

/** That member of a function of the other side; undefined: the name is recorded like any other. `call` makes a call. */
export function functionMember(key: string, call: Call): unknown {
  return members.get(key)?.(call);
}
