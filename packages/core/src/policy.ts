import { SafeMap, SafeSet } from './intrinsics.js';

/** Which members the other side may reach: everything but the hard denials, or only what is listed. */
export interface Policy {
  readonly mode: 'trusted' | 'exposed';
  /** Whether names with a leading underscore are reachable. */
  readonly privateNames: boolean;
  /** Members listed by the server, for `exposed`. */
  readonly members: ReadonlyMap<object, ReadonlySet<string>>;
  /** Objects that were themselves exposed. */
  readonly roots: ReadonlySet<unknown>;
}

/** What a policy is made from. */
export interface PolicyOptions {
  readonly policy?: 'trusted' | 'exposed' | undefined;
  readonly privateNames?: boolean | undefined;
  readonly members?: Iterable<readonly [object, Iterable<string>]> | undefined;
  readonly roots?: Iterable<unknown> | undefined;
}

/**
 * A static list on a class of the members that an `exposed` server opens; subclasses inherit it:
 * `static [exposedMembers] = ['method']`.
 */
export const exposedMembers: unique symbol = Symbol.for('remoteobj.exposedMembers') as typeof exposedMembers;

/** Checks and completes. Throws TypeError for a list that is none. */
export function policyOf(options: PolicyOptions, otherwise: 'trusted' | 'exposed'): Policy {
  const { policy = otherwise, privateNames = false, members = [], roots = [] } = options;
  if (policy !== 'trusted' && policy !== 'exposed') {
    throw new TypeError(`policy must be 'trusted' or 'exposed', not ${String(policy)}`);
  }
  const lists = new SafeMap<object, Set<string>>();
  for (const [Class, names] of members) {
    if (typeof Class !== 'function') throw new TypeError("members must be a list of [Class, ['method', …]]");
    if (typeof names === 'string')
      throw new TypeError(`members of ${Class.name} must be a list of names, not one string`);
    const list = lists.get(Class) ?? new SafeSet<string>();
    for (const name of names) {
      if (typeof name !== 'string') throw new TypeError(`members of ${Class.name} must be names, not a ${typeof name}`);
      list.add(name);
    }
    lists.set(Class, list);
  }
  return { mode: policy, privateNames, members: lists, roots: new SafeSet(roots) };
}
