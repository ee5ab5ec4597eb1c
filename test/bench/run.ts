/** `npm run bench [-- part of a name] [--rounds n]`: prints the table of works; a measurement, so it always exits with 0. */
import { parseArgs } from 'node:util';
import { measure, type Measured } from './measure.js';
import type { Work } from './work.js';
import { costs, works } from './works.js';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '7' } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`--rounds ${values.rounds}: give a whole number from 1`);

const isChosen = (name: string): boolean =>
  positionals.every((word) => name.toLowerCase().includes(word.toLowerCase()));
const chosen = works.filter(({ name, against }) => isChosen(`${name} ${against}`));
const chosenCosts = costs.filter(({ name, unit }) => isChosen(`${name} ${unit}`));

if (chosen.length + chosenCosts.length === 0) {
  const names = [...works, ...costs].map(({ name }) => `  ${name}`);
  console.log(`no work has ${positionals.join(' and ')} in its name; there are:\n${names.join('\n')}`);
} else {
  print(['work', 'against', 'ours', 'peer', 'ratio', 'must', 'ok']);
  print(['---', '---', '---', '---', '---', '---', '---']);
}
for (const work of chosen) {
  const missing = work.missing?.();
  if (missing === undefined) print(row(work, await measure(work, rounds)));
  else print([work.name, work.against, '', '', '', '', `left out: ${missing}`]);
}
// All at once: they take long and need no processor.
const found = await Promise.all(chosenCosts.map(({ figure }) => figure()));
for (const [i, { name, unit, must }] of chosenCosts.entries()) {
  const figure = found[i] as number;
  print([name, '', `${figure.toFixed(3)} ${unit}`, '', '', `≤ ${must}`, figure <= must ? 'yes' : 'NO']);
}

function row(work: Work, { ours, peer, ratio, ok }: Measured): string[] {
  const bound = work.must === undefined ? '' : `${work.unit === 'time' ? '≤' : '≥'} ${work.must}`;
  return [
    work.name,
    work.against,
    shown(ours, work),
    shown(peer, work),
    ratio.toFixed(2),
    bound,
    ok === undefined ? '' : ok ? 'yes' : 'NO',
  ];
}

function shown(figure: number, { unit }: Work): string {
  if (unit === 'time') return figure >= 10_000 ? `${(figure / 1000).toFixed(1)} ms` : `${figure.toFixed(1)} µs`;
  return `${Math.round(figure).toLocaleString('en')} /s`;
}

function print(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}
