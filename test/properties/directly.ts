/** Does a chain to an object that is here, as the language does it. */
import { AccessDeniedError } from '@remoteobj/except';
import type { Untyped } from '../support/pair.js';
import { above } from './above.js';
import { OneOf } from './outcome.js';
import { snapshot } from './same.js';
import { passed, type Argument, type Ending, type Link, type Step } from './steps.js';

/** What came of it, or will. */
export type Direct = () => unknown;

/**
 * Runs the chain up to its first promise at once; `before`: the results of its burst. An argument that is not known yet, or will never be, holds
 * up a chain before its first step, because the chain is one message.
 */
export function directly(root: unknown, { base, way, ending }: Step, before: readonly Direct[]): unknown {
  const failed: unknown[] = [];
  const argument = (one: Argument): unknown => {
    if ('value' in one) return structuredClone(one.value);
    try {
      return before[one.result]?.();
    } catch (error) {
      return failed.push(error);
    }
  };
  const args = way.map((link) => (link.op === 'get' ? [] : link.args.map(argument)));
  args.push(ending.op === 'set' ? [argument(ending.to)] : []);
  if (failed.length > 0) throw failed.length === 1 ? failed[0] : new OneOf(failed);
  const run = (given: unknown[][]): unknown => follow(base === undefined ? root : before[base]?.(), 0, given);
  return args.flat(1).some(isPromise) ? Promise.all(args.map((list) => Promise.all(list))).then(run) : run(args);

  function follow(value: unknown, i: number, given: unknown[][]): unknown {
    if (isPromise(value)) return value.then((settled) => follow(settled, i, given));
    const link = way[i];
    if (link === undefined) return ended(value as Untyped, ending, given[i]?.[0]);
    return follow(followed(value as Untyped, link, given[i] as unknown[]), i + 1, given);
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}

function followed(object: Untyped, link: Link, args: unknown[]): unknown {
  switch (link.op) {
    case 'get':
      return isAbove(link, object) ? above(object).get(link.name) : object[link.name];
    case 'call':
      return isAbove(link, object) ? above(object).call(link.name, args) : object[link.name](...args);
    case 'construct':
      return new object[link.name](...args);
    case 'pass':
      return (passed[link.fn] as Untyped)(object, ...args);
    default:
      return link satisfies never;
  }
}

function ended(object: Untyped, ending: Ending, value: unknown): unknown {
  switch (ending.op) {
    case 'value':
      return object;
    case 'set':
      return assigned(object, ending, value);
    case 'delete':
      changing(object, ending.name);
      return delete object[ending.name];
    case 'has':
      return isAbove(ending, object) ? above(object).has(ending.name) : ending.name in object;
    case 'keys':
      return Object.keys(object);
    case 'length':
      for (const name of ['length', 'size'] as const) if (typeof object[name] === 'number') return object[name];
      throw new TypeError('this has no length, size or byteLength');
    case 'iterate':
      return iterated(ending.through === '' ? object : object[ending.through](), ending.leaveAfter);
    default:
      return ending satisfies never;
  }
}

function assigned(object: Untyped, ending: Ending & { op: 'set' }, value: unknown): unknown {
  changing(object, ending.name);
  if (isAbove(ending, object)) above(object).set(ending.name, value);
  else object[ending.name] = value;
  return undefined;
}

async function iterated(iterable: Untyped, leaveAfter: number): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of iterable) if (items.push(snapshot(item)) === leaveAfter) break;
  return items;
}

/** Functions are shared by everybody: no peer changes them, though the language would. */
function changing(object: unknown, name: string): void {
  if (typeof object === 'function') throw new AccessDeniedError(`'${name}' of this cannot be changed from outside`);
}

/** Nothing is above `undefined`: it is read itself, and fails. */
function isAbove(of: { readonly above: boolean }, object: unknown): boolean {
  return of.above && object !== null && object !== undefined;
}
