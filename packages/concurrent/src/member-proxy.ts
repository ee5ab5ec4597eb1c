import { isRemote, sync, type Remote, type SyncRemote } from '@remoteobj/core';
import type { Member, Owned } from './entry/owner.js';
import { placing } from './place.js';

/** The object elsewhere that belongs to a receiver, in blocking form; errors name what is done with it, if that is a member. */
export type FindOwned = (receiver: object, member?: string) => SyncRemote<Owned>;

type Method = (this: object, ...args: unknown[]) => unknown;

/** Members that are never the object's: awaiting it gives itself, and its prototype is here. */
const local: ReadonlySet<string | symbol> = new Set(['then', 'constructor', '__proto__']);

/**
 * Stands at the end of a prototype chain: members that nothing before it has are those of the object elsewhere, in blocking form. So
 * subclasses may have members of their own, override those of the object, and reach them with `super`.
 *
 * `special` gives members that are not the object's, and `bare` has objects that show nothing of it.
 */
export function memberProxy(
  base: object,
  find: FindOwned,
  special: (member: string) => unknown,
  bare?: WeakSet<object>,
): object {
  /** What the class declares stays a method, so that calling one is a single trip; undefined: some object has something of its own there. */
  const methods = new Map<string, Method | undefined>();
  const memberOf = (receiver: object, key: string, called: (...args: never[]) => unknown): unknown => {
    const known = special(key) ?? methods.get(key);
    if (known !== undefined) return known;
    const found = placing(called, () => read(find, receiver, key));
    if (!found.method) return found.value;
    const method = methodOf(find, key);
    if (found.declared && !methods.has(key)) methods.set(key, method);
    return method;
  };
  const assign = (receiver: object, key: string, value: unknown, called: (...args: never[]) => unknown): void => {
    methods.set(key, undefined);
    placing(called, () => find(receiver, key).write(key, value as never)); // whatever the user assigns
  };
  return new Proxy(base, {
    get: function get(_base, key, receiver: object): unknown {
      if (typeof key === 'symbol' || local.has(key) || bare?.has(receiver)) return Reflect.get(base, key, receiver);
      return memberOf(receiver, key, get);
    },
    has: (_base, key) => (typeof key === 'string' && special(key) !== undefined) || key in base,
    set: function set(_base, key, value: unknown, receiver: object): boolean {
      if (typeof key === 'symbol' || local.has(key)) return Reflect.set(base, key, value, receiver);
      assign(receiver, key, value, set);
      return true;
    },
    /** What another process asks for is looked up in this way. */
    getOwnPropertyDescriptor(_base, key) {
      if (typeof key === 'symbol' || local.has(key)) return Reflect.getOwnPropertyDescriptor(base, key);
      return {
        get: function get(this: object): unknown {
          return memberOf(this, key, get);
        },
        set: function set(this: object, value: unknown): void {
          assign(this, key, value, set);
        },
        configurable: true,
        enumerable: false,
      };
    },
  });
}

function methodOf(find: FindOwned, key: string): Method {
  return function method(...args) {
    return placing(method, () => {
      const object = find(this, key);
      const result: unknown = object.run(key, args as never); // as the user typed them
      return result === object ? this : result;
    });
  };
}

/** Traps of the object itself, for what does not go up the prototype chain: deleting, changing, listing, asking. */
export function ownMemberTraps<T extends object>(find: FindOwned): ProxyHandler<T> {
  return {
    has: (target, key) => isOwn(target, key) || key in Object.getPrototypeOf(target) || find(target, key).has(key),
    deleteProperty: (target, key) =>
      isOwn(target, key) ? Reflect.deleteProperty(target, key) : find(target, key).remove(key),
    /** What another process assigns to a property over there changes its value only; fields of a subclass, which stay here, say all. */
    defineProperty(target, key, descriptor) {
      const isChange = 'value' in descriptor && Object.keys(descriptor).length === 1;
      if (!isChange || isOwn(target, key)) return Reflect.defineProperty(target, key, descriptor);
      find(target, key).write(key, descriptor.value as never); // whatever was assigned
      return true;
    },
    ownKeys: (target) => [...new Set([...(find(target).keys() as string[]), ...Reflect.ownKeys(target)])],
    getOwnPropertyDescriptor(target, key) {
      if (isOwn(target, key)) return Reflect.getOwnPropertyDescriptor(target, key);
      if (!(find(target).keys() as string[]).includes(key)) return undefined;
      const found = read(find, target, key);
      const value = found.method ? Reflect.get(target, key) : found.value;
      return { value, enumerable: true, configurable: true, writable: true };
    },
  };
}

/** Symbols do not travel. */
function isOwn(target: object, key: string | symbol): key is symbol {
  return typeof key === 'symbol' || Object.hasOwn(target, key);
}

/** The object itself is who asked for it. */
function read(find: FindOwned, receiver: object, member: string): Member {
  const object = find(receiver, member);
  const found = object.read(member) as Member;
  if (found.method || !isRemote(found.value)) return found;
  const value = sync(found.value as Remote<unknown>) as unknown;
  return { method: false, value: value === object ? receiver : value };
}
