import { describe } from '@remoteobj/core';
import { Houses } from './houses.js';
import { memberProxy, ownMemberTraps } from './member-proxy.js';
import { readNonBlocking, type NonBlockingOptions } from './non-blocking-options.js';
import type { AnyClass, MethodName, NonBlockingClass } from './non-blocking-types.js';
import { Owner } from './owner.js';
import { Owners } from './owners.js';
import { addPlace, placeAbove } from './place.js';

/**
 * A class like `Class`, whose instances live in a process of their own: what blocks there does not block here.
 *
 * `Class` is named, not imported: `remoteModule<typeof import('./camera.js')>(url).Camera`. `new` starts the process and gives the object at
 * once. `nb_snap(200)` starts `snap(200)` and gives a promise; every other member, `snap` itself included, waits for its result. Methods
 * of one object run one after the other. Throws TypeError or RangeError for wrong arguments; the error of the constructor is
 * that of every operation.
 */
export function nonBlocking<C extends AnyClass, N extends MethodName<InstanceType<C>> = MethodName<InstanceType<C>>>(
  Class: C,
  options: NonBlockingOptions<N> = {},
): NonBlockingClass<C, N> {
  const plan = readNonBlocking(Class, options);
  const name = nameOf(Class);
  const houses = new Houses((number) => new Owner(Class, plan.threaded, name, number));
  const owners = new WeakMap<object, Owners>();
  /** What stands behind the instances: `util.inspect` looks at that, too. */
  const bare = new WeakSet<object>();
  const ownersOf = (object: object): Owners => {
    const found = owners.get(object);
    if (found === undefined) throw new TypeError(`a method of ${name} was called on something that is none`);
    return found;
  };

  const NB = class {
    constructor(...args: readonly unknown[]) {
      const argsFor = Array.from({ length: plan.workers }, (_, replica) => plan.argsFor(replica, args));
      const own = new Owners(argsFor.map((each) => houses.enter(each)));
      const face = new Proxy<this>(
        this,
        ownMemberTraps((object, member) => ownersOf(object).first.object(member)),
      );
      owners.set(this, own).set(face, own);
      bare.add(this);
      return face;
    }

    async close({ timeout }: { readonly timeout?: number } = {}): Promise<void> {
      if (timeout !== undefined && !(timeout >= 0))
        throw new RangeError(`${name}.close: timeout must be a number of milliseconds from 0, not ${timeout}`);
      const own = ownersOf(this);
      for (const owner of own.replicas) houses.leave(owner);
      return own.close(timeout);
    }

    [Symbol.asyncDispose](): Promise<void> {
      return this.close();
    }

    /** Printing sends nothing, and works after the end. */
    [inspect](): string {
      return `${this.constructor.name} [elsewhere]`;
    }

    static [Symbol.asyncDispose](): Promise<void> {
      return houses.vacate();
    }
  };
  Object.defineProperty(NB, 'name', { value: name, configurable: true });

  const commands = new Map<string, unknown>();
  const commandOf = (member: string): unknown => {
    const method = /^nb_(.+)$/u.exec(member)?.[1];
    if (method === undefined || plan.methods?.has(method) === false) return undefined;
    const known = commands.get(method);
    if (known !== undefined) return known;
    const command = async function (this: object, ...args: unknown[]): Promise<unknown> {
      const place = placeAbove(command);
      try {
        return await ownersOf(this).command(method, args, this);
      } catch (error) {
        throw addPlace(error, place);
      }
    };
    commands.set(method, command);
    return command;
  };
  Object.setPrototypeOf(
    NB.prototype,
    memberProxy({}, (object, member) => ownersOf(object).first.object(member), commandOf, bare),
  );
  Object.setPrototypeOf(
    NB,
    memberProxy(Function.prototype, () => houses.oldest.statics, memberOfFunctions),
  );
  return NB as unknown as NonBlockingClass<C, N>; // its members come from the proxies
}

const ofFunctions = new Set(Object.getOwnPropertyNames(Function.prototype));

function memberOfFunctions(member: string): unknown {
  return ofFunctions.has(member) ? Reflect.get(Function.prototype, member) : undefined;
}

/** Answers `util.inspect` and `console.log`. */
const inspect = Symbol.for('nodejs.util.inspect.custom');

/** The last name in the text of a view. */
function nameOf(Class: unknown): string {
  return /([\p{ID_Start}$_][\p{ID_Continue}$]*)\)$/u.exec(describe(Class))?.[1] ?? 'NonBlocking';
}
