/**
 * A program with no descriptor left: it starts something all the same, and once more when there are some again.
 *
 * With one or two left, Node itself loses some: a bare `child_process.spawn` two sockets, a bare `Worker` an epoll descriptor.
 */
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { spawn, spawnThread } from '@remoteobj/process';
import type * as Victim from './victim.js';

const start = process.argv[2] === 'thread' ? spawnThread : spawn;
const module = new URL('./victim.js', import.meta.url);
const tries = 10;

await works(); // what the first one opens for good
const before = open();
for (let i = 0; i < tries; i++) {
  const held = takeAll();
  const error = await start<typeof Victim>(module).then(
    () => new Error('it was started'),
    (reason: Error) => reason,
  );
  for (const fd of held) closeSync(fd);
  if (!/could not be started.*(?:EMFILE|it ended)/.test(error.message)) throw error;
}
const deadline = performance.now() + 5000;
while (open() > before && performance.now() < deadline) await turn(); // handles are closed by the event loop
if (open() > before) throw new Error(`${open() - before} descriptors were left of ${tries} starts that failed`);
await works();

async function works(): Promise<void> {
  const child = await start<typeof Victim>(module);
  if ((await child.remote.add(1, 2)) !== 3) throw new Error('it does not add');
  await child.close();
}

function takeAll(): number[] {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync('/dev/null', 'r'));
  } catch {
    return held;
  }
}

/** Descriptors of this process; 0 where the system does not tell. */
function open(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}
