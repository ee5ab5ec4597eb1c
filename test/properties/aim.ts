/** Aims chains at what their graph has: of names taken at random, most would lead nowhere. */
import type { Graph, Node } from './graph.js';
import type { Argument, Ending, Link, RawStep } from './steps.js';

/** Where a chain is: at a part of the graph as it was made, or undefined at something else. */
export type Place = Node | undefined;

/** A chain from a place on; `place`: where it ends. */
export function aim(parts: Graph, start: Place, raw: RawStep): { way: Link[]; ending: Ending; place: Place } {
  const way: Link[] = [];
  let place = start;
  for (const { link, pick } of raw.way) {
    const aimed = pick === null ? link : place && aimLink(link, pick, place);
    if (aimed === undefined) continue;
    way.push(aimed);
    place = place && placeBehind(aimed, place, parts);
  }
  const { ending, pick } = raw.end;
  return { way, ending: pick === null ? ending : place ? aimEnding(ending, pick, place) : { op: 'value' }, place };
}

/** What the class of a part has; of the words that stand twice more is made. */
const methods: Readonly<Record<Node['kind'], readonly string[]>> = {
  leaf: 'self self self part part part put put describe later later fail refuse failLater'.split(' '),
  object: [],
  array: 'push push pop concat splice includes reverse join'.split(' '),
  map: 'get get get set has delete clear'.split(' '),
};
const iterations = { leaf: ['walk'], object: [''], array: ['', 'values', 'entries'], map: ['', 'values', 'entries'] };

/** The same operation with a name that is there; undefined: there is none. */
function aimLink(link: Link, pick: number, place: Node): Link | undefined {
  switch (link.op) {
    case 'get':
      return { ...link, name: nameIn(place, pick) };
    case 'call': {
      const name = taken(methods[place.kind], pick);
      if (name === undefined) return { op: 'get', name: nameIn(place, pick), above: false };
      const named: Argument = { value: nameIn(place, pick) };
      return { ...link, name, args: ['part', 'put', 'get', 'set'].includes(name) ? [named, ...link.args] : link.args };
    }
    case 'construct':
      return place.kind === 'leaf' ? { ...link, name: pick % 4 === 0 ? 'Parent' : 'Kind' } : undefined;
    case 'pass':
      return ['gist', 'Math.max'].includes(link.fn) ? link : { ...link, args: [] };
    default:
      return link satisfies never;
  }
}

function aimEnding(ending: Ending, pick: number, place: Node): Ending {
  switch (ending.op) {
    case 'set':
    case 'delete':
    case 'has':
      return { ...ending, name: nameIn(place, pick) };
    case 'length':
      return { op: place.kind === 'array' || place.kind === 'map' ? 'length' : 'keys' };
    case 'iterate':
      return { ...ending, through: taken(iterations[place.kind], pick) ?? '' };
    default:
      return ending;
  }
}

/** What the graph has there, unless it was changed since. */
function placeBehind(link: Link, place: Node, parts: Graph): Place {
  if (link.op === 'construct') return { kind: 'leaf', frozen: false, members: [] };
  if (link.op === 'call' && link.name === 'self') return place;
  const key = link.op === 'call' ? link.args[0] : link.op === 'get' ? { value: link.name } : undefined;
  const leads = link.op === 'get' ? !link.above : link.op === 'call' && ['part', 'get'].includes(link.name);
  if (!leads || key === undefined || !('value' in key)) return undefined;
  const { members } = place;
  const found = members.find(({ name }, i) => (place.kind === 'array' ? String(i) : name) === key.value);
  return typeof found?.to === 'number' ? parts[found.to % parts.length] : undefined;
}

function nameIn({ kind, members }: Node, pick: number): string {
  if (kind === 'array') return String(pick % (members.length + 1));
  const names = members.map(({ name }) => name);
  return taken(kind === 'leaf' ? [...names, 'sum', 'title'] : names, pick) ?? 'title';
}

/** One of a list by any number. */
export function taken<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length];
}
