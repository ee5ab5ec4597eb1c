import { spawn as start } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childProcess, connect, connectionOf, get, sync } from 'remoteobj';
import type { Simulation } from './simulation.js';

// The child exposes its simulation by itself and then runs its loop, so it is started as any program is; descriptor 3 is the channel.
const child = start(
  process.execPath,
  ['--import', 'remoteobj/ts', fileURLToPath(new URL('./simulation.ts', import.meta.url))],
  {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  },
);
const simulation = connect<Simulation>(childProcess(child));

// Without blocking: reads, assignments and calls are served between two steps.
const first = await simulation.step;
const second = await simulation.step;
console.log(`it goes on by itself: ${second > first}`);
simulation.rate = 5;
console.log(`tuned: ${await simulation.state}`);
console.log(`a chain: rate ${await simulation.reset(2).rate}`);

// Blocking: the same object, in one order with what was sent before.
const s = sync(simulation);
simulation.rate = 7; // not awaited
console.log(`in order: ${get(s.state)}`);
const before = get(s.step);
while (get(s.step) < before + 100);
console.log('it took 100 steps meanwhile');
console.log(`total is a multiple of a thousand between two steps: ${get(s.total) % 1000 === 0}`);
console.log(`touched in the middle of a step: ${get(s.torn)}`);

s.stop = true;
const last = get(s.step);
console.log(`stopped: ${last === get(s.step)}`);
await connectionOf(simulation).close();
child.kill();
