/** Records a chain and has it done on the other side. */
import { del, get, has, keys, len, passTo, remoteModule, set, superOf } from '@remoteobj/core';
import type { Untyped } from '../support/pair.js';
import { passed, type Argument, type Link, type Step } from './steps.js';

/** A chain that was recorded: others of its burst build on the view. */
export interface Recorded {
  readonly view: Untyped;
  readonly value: Promise<unknown>;
}

const here = remoteModule<Record<string, (...args: never[]) => unknown>>(new URL('./graph.ts', import.meta.url));

export function remotely(remote: unknown, { base, way, ending }: Step, before: readonly Recorded[]): Recorded {
  const argument = (one: Argument): unknown => ('value' in one ? one.value : before[one.result]?.view);
  let view = base === undefined ? remote : before[base]?.view;
  for (const link of way) view = extended(view, link, argument);
  return { view, value: evaluated(view, ending, argument) };
}

function extended(view: Untyped, link: Link, argument: (one: Argument) => unknown): Untyped {
  switch (link.op) {
    case 'get':
      return member(view, link.name, link.above);
    case 'call':
      return member(view, link.name, link.above)(...link.args.map(argument));
    case 'construct':
      return new (member(view, link.name))(...link.args.map(argument));
    case 'pass': {
      const fn = link.fn === 'gist' ? here['gist'] : passed[link.fn];
      return passTo(view, fn as never, ...(link.args.map(argument) as never[]));
    }
    default:
      return link satisfies never;
  }
}

async function evaluated(
  view: Untyped,
  ending: Step['ending'],
  argument: (one: Argument) => unknown,
): Promise<unknown> {
  switch (ending.op) {
    case 'value':
      return get(view);
    case 'set':
      return set(member(view, ending.name, ending.above), argument(ending.to) as never);
    case 'delete':
      return del(member(view, ending.name));
    case 'has':
      return has(ending.above ? superOf(view) : view, ending.name);
    case 'keys':
      return keys(view);
    case 'length':
      return len(view);
    case 'iterate': {
      const items: unknown[] = [];
      for await (const item of ending.through === '' ? view : view[ending.through]())
        if (items.push(item) === ending.leaveAfter) break;
      return items;
    }
    default:
      return ending satisfies never;
  }
}

function member(view: Untyped, name: string, above = false): Untyped {
  return (above ? (superOf(view) as Untyped) : view)[name];
}
