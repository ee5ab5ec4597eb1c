/** A program that may open few descriptors: tries to start something with none left, then with one left, and so on. */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { spawn, spawnThread } from '@remoteobj/process';
import type * as Victim from './victim.js';

const start = process.argv[2] === 'thread' ? spawnThread : spawn;
const module = new URL('./victim.js', import.meta.url);
const held: number[] = [];
try {
  for (;;) held.push(openSync('/dev/null'));
} catch {}

const count = (): number => {
  closeSync(held.pop() as number); // room to look
  const open = readdirSync('/proc/self/fd').length;
  held.push(openSync('/dev/null'));
  return open;
};

let failed = 0;
for (;;) {
  const before = count();
  try {
    const child = await start<typeof Victim>(module);
    if ((await child.remote.add(1, 2)) !== 3) throw new Error('it does not add');
    await child.close();
    break;
  } catch (error) {
    failed++;
    if (!(error instanceof Error) || error.message === '') throw error;
    if (!/could not be started/.test(error.message)) throw error;
  }
  const after = count();
  if (after > before) throw new Error(`${after - before} descriptors were left of a start that failed`);
  const fd = held.pop();
  if (fd === undefined) throw new Error('it never starts');
  closeSync(fd);
}
if (failed === 0) throw new Error('there were descriptors left');
