// A connected pair that does nothing for a while: node idle.mjs child|thread <seconds>. Tells the processor time of both ends, in percent.
import { setTimeout as wait } from 'node:timers/promises';
import { spawn, spawnThread, sync } from 'remoteobj';

const [, , where, seconds] = process.argv;
const start = where === 'child' ? spawn : spawnThread;
const other = await start(new URL('./idle-end.mjs', import.meta.url)); // a child gets the options of this process

// Shared memory and both ways of calling are in use.
for (let i = 0; i < 1000; i++) await other.remote.used();
for (let i = 0; i < 1000; i++) sync(other.remote).used();
await wait(500);

// A thread's time is part of its process's.
const both = async () => used() + (where === 'child' ? await other.remote.used() : 0);
const before = await both();
const since = performance.now();
await wait(Number(seconds) * 1000);
const share = ((await both()) - before) / (performance.now() - since) / 10;

await other.close();
console.log(share);

function used() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
