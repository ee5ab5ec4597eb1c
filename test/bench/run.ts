/** `npm run bench [-- part of a name] [--rounds n]`: prints the table of works; a measurement, so it always exits with 0. */
import { parseArgs } from 'node:util';
import { measure, type Measured } from './measure.js';
import type { Work } from './work.js';
import { works } from './works.js';

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '7' } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`--rounds ${values.rounds}: give a whole number from 1`);

const chosen = works.filter((work) =>
  positionals.every((word) => `${work.name} ${work.against}`.toLowerCase().includes(word.toLowerCase())),
);
if (chosen.length === 0)
  console.log(
    `no work has ${positionals.join(' and ')} in its name; there are:\n${works.map(({ name }) => `  ${name}`).join('\n')}`,
  );
else print(['work', 'against', 'ours', 'peer', 'ratio', 'must', 'ok']);
if (chosen.length > 0) print(['---', '---', '---', '---', '---', '---', '---']);
for (const work of chosen) print(row(work, await measure(work, rounds)));

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
