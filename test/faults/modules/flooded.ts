/** A program whose child floods its standard output, which is this one's, while calls go to and fro. */
import { sync } from '@remoteobj/core';
import { spawn, spawnThread } from '@remoteobj/process';
import type * as Victim from './victim.js';

const [kind, mebibytes] = process.argv.slice(2);
const start = kind === 'thread' ? spawnThread : spawn;
const child = await start<typeof Victim>(new URL('./victim.js', import.meta.url));
const flooded = Promise.resolve(child.remote.flood(Number(mebibytes)));
for (let i = 0; i < 500; i++) {
  const sum = i % 2 === 0 ? await child.remote.add(i, 1) : sync(child.remote).add(i, 1);
  if (sum !== i + 1) throw new Error(`${i} + 1 was ${sum}`);
}
await flooded;
await child.close();
