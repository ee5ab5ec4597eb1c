/**
 * `npm run soak`: mixed work on a child of each kind for half an hour, or for so many seconds as the argument says, and one kill a second.
 * Fails when anything comes back wrong or not at all, when memory or descriptors grow, and when something is left at the end.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { kinds } from '../blocking/kinds.js';
import { watchLeftovers } from '../support/suite.js';
import { Place } from './place.js';
import { judge, takeSample } from './samples.js';
import { works } from './work.js';

const seconds = Number(process.argv[2] ?? 1800);
if (!(seconds >= 20)) throw new RangeError('a soak takes 20 seconds at least: npm run soak -- 60');
/** Pieces of work under way on each child. */
const lanes = 4;
/** Seconds between lines. */
const interval = 5;
/** Milliseconds after which a piece of work counts as lost. */
const patience = 30_000;

const done = new Map<string, number>();
const underWay = new Map<object, { readonly what: string; readonly since: number }>();
let kills = 0;
let over = false;

const places: Place[] = [];
for (const kind of kinds) await (await Place.open(kind)).close(); // what the first one opens for good
const leftovers = watchLeftovers();
for (const kind of kinds) places.push(await Place.open(kind));

const began = performance.now();
const work = Promise.all(places.flatMap((place) => Array.from({ length: lanes }, (_value, i) => lane(place, i))));
work.catch(() => (over = true));
for (let line = interval; !over && elapsed() < seconds; kills++) {
  await pause(Math.max(0, (kills + 1) * 1000 - elapsed() * 1000));
  const sample = await takeSample();
  if (elapsed() >= line) {
    line += interval;
    console.log(`${elapsed().toFixed(0)} s: ${total()} pieces of work, ${kills} kills, ${sample}`);
  }
  checkNoneLost();
  await places[kills % places.length]?.replace();
}
over = true;
await Promise.race([work, pause(patience, undefined, { ref: false }).then(checkNoneLost)]);
for (const place of places) await place.close();
console.log([...done].map(([what, times]) => `${times} ${what}`).join(', '));
const told = places.reduce((sum, place) => sum + place.told, 0);
const made = done.get('errors that nobody awaits') ?? 0;
console.log(
  `soak: ${elapsed().toFixed(0)} s, ${total()} pieces of work, ${kills} kills, ${told} errors told that nobody awaited`,
);
if (told < made) throw new Error(`lost: of ${made} errors that nobody awaited, ${told} were told`);
console.log(judge());
await leftovers.assertNone();

/** Does one piece of work after the other until the time is over. */
async function lane(place: Place, first: number): Promise<void> {
  const names = Object.keys(works);
  const own = {};
  for (let i = first; !over; i++) {
    const name = names[i % names.length] as string;
    underWay.set(own, { what: `${name} on a ${place.name}`, since: performance.now() });
    const finished = await place.work(works[name] as (typeof works)[string]);
    count(finished ? name : 'cut off by a kill');
  }
  underWay.delete(own);
}

function checkNoneLost(): void {
  for (const { what, since } of underWay.values()) {
    if (performance.now() - since >= patience) throw new Error(`lost: ${what} has not settled for ${patience} ms`);
  }
}

function count(what: string): void {
  done.set(what, (done.get(what) ?? 0) + 1);
}

function total(): number {
  return [...done.values()].reduce((sum, times) => sum + times, 0);
}

function elapsed(): number {
  return (performance.now() - began) / 1000;
}
