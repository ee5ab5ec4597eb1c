import { classNameOf } from './error-classes.js';
import type { CaughtError } from './error-group.js';
import { isError } from './is-error.js';
import { findData, ownData } from './read-data.js';
import type { ErrorOrigin } from './remote-error-class.js';
import { stackHeader } from './stack-text.js';

/** What was caught as a table for people, one line an error, earliest first. */
export function errorTable(caught: readonly CaughtError[]): string {
  if (caught.length === 0) return 'no errors';
  const rows = caught.map((one) => [
    groupLabel(one),
    new Date(one.at).toISOString(),
    originLabel(one),
    describeThrown(one.error),
  ]);
  const table = [['group', 'time', 'from', 'error'], ...rows];
  const elsewhere = rows.some((row) => row[2] !== '');
  const columns = elsewhere ? [0, 1, 2, 3] : [0, 1, 3];
  const widths = columns.map((column) => Math.max(...table.map((row) => (row[column] as string).length)));
  const lines = table.map((row) =>
    columns.map((column, i) => (row[column] as string).padEnd(widths[i] as number)).join('  '),
  );
  return [countOf(caught), ...lines].map((line) => line.trimEnd()).join('\n');
}

/** Number of errors and groups in words: `3 errors in 2 groups`. */
export function countOf(caught: readonly CaughtError[]): string {
  const groups = new Set(caught.map((one) => one.group)).size;
  return `${caught.length} error${caught.length === 1 ? '' : 's'} in ${groups} group${groups === 1 ? '' : 's'}`;
}

/** One line about one caught error: `[init] RangeError: no more`. */
export function describeCaught(caught: CaughtError): string {
  const origin = originLabel(caught);
  return `[${groupLabel(caught)}${origin === '' ? '' : ` from ${origin}`}] ${describeThrown(caught.error)}`;
}

/** One line about any thrown value. Never throws and runs no code of the user. */
export function describeThrown(thrown: unknown): string {
  if (typeof thrown === 'string') return oneLine(JSON.stringify(thrown));
  if (typeof thrown === 'function') return 'a function';
  if (typeof thrown !== 'object' || thrown === null)
    return oneLine(typeof thrown === 'bigint' ? `${thrown}n` : String(thrown));
  if (!isError(thrown)) return 'an object that is no error';
  const name = findData(thrown, 'name')?.value;
  const message = findData(thrown, 'message')?.value;
  const className = classNameOf(thrown).name.replace('@remoteobj/', '');
  // A class without a name of its own shows the one it inherits, which says less.
  const label = typeof name !== 'string' || name === 'Error' ? className : name;
  return oneLine(stackHeader(label, typeof message === 'string' ? message : ''));
}

function oneLine(text: string): string {
  // Cut first: a message may have megabytes.
  const short = text.length > 120 ? `${text.slice(0, 119)}…` : text;
  return short.replace(/\s*[\r\n]+\s*/g, ' ');
}

function groupLabel(caught: CaughtError): string {
  return caught.group === null ? 'default' : oneLine(caught.group);
}

function originLabel({ error, origin }: CaughtError): string {
  const from: unknown =
    origin ?? (typeof error === 'object' && error !== null ? ownData(error, 'remote')?.value : undefined);
  if (typeof from !== 'object' || from === null) return '';
  const { name, pid } = { name: ownData(from, 'name')?.value, pid: ownData(from, 'pid')?.value } as ErrorOrigin;
  const label = typeof name === 'string' ? oneLine(name) : '';
  return typeof pid === 'number' ? `${label}${label === '' ? '' : ' '}(pid ${pid})` : label;
}
