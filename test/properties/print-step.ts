/** A chain as a user would write it. */
import { fc } from '../support/properties.js';
import type { Argument, Link, Step } from './steps.js';

export function printStep({ base, way, ending }: Step): string {
  const view = way.reduce(printLink, base === undefined ? 'remote' : `r${base}`);
  switch (ending.op) {
    case 'value':
      return way.at(-1)?.op === 'get' || way.length === 0 ? `get(${view})` : view;
    case 'set':
      return `set(${member(view, ending.name, ending.above)}, ${printArgument(ending.to)})`;
    case 'delete':
      return `del(${member(view, ending.name)})`;
    case 'has':
      return `has(${ending.above ? `superOf(${view})` : view}, '${ending.name}')`;
    case 'keys':
      return `keys(${view})`;
    case 'length':
      return `len(${view})`;
    case 'iterate': {
      const of = ending.through === '' ? view : `${view}.${ending.through}()`;
      return `(async () => { let n = 0; for await (const item of ${of}) if (++n === ${ending.leaveAfter}) break; })()`;
    }
    default:
      return ending satisfies never;
  }
}

function printLink(view: string, link: Link): string {
  switch (link.op) {
    case 'get':
      return member(view, link.name, link.above);
    case 'call':
      return `${member(view, link.name, link.above)}(${link.args.map(printArgument).join(', ')})`;
    case 'construct':
      return `new (${member(view, link.name)})(${link.args.map(printArgument).join(', ')})`;
    case 'pass':
      return `passTo(${[view, link.fn, ...link.args.map(printArgument)].join(', ')})`;
    default:
      return link satisfies never;
  }
}

function member(view: string, name: string, above = false): string {
  return `${above ? `superOf(${view})` : view}${/^[a-z]+$/i.test(name) ? `.${name}` : `['${name}']`}`;
}

function printArgument(argument: Argument): string {
  return 'value' in argument ? fc.stringify(argument.value) : `r${argument.result}`;
}
