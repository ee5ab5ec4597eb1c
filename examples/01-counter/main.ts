import { connectionOf, set, spawn } from 'remoteobj';

// A child process that imports counter.ts. It ends with this block, however the block ends.
await using child = await spawn<typeof import('./counter.js')>(new URL('./counter.js', import.meta.url));
console.log(`a process of its own: ${child.pid !== process.pid}`);

// The counter lives there. What is held here is a remote of it: calls, reads and assignments go to the child.
const counter = await new child.remote.Counter(5);
console.log(`at first: count ${await counter.count}, on ${await counter.on}`);

await counter.toggle(true);
await counter.reaches(3);
console.log(`switched on, it counts: ${(await counter.count) >= 3}`);

await counter.toggle(false);
const count = await counter.count;
await counter.ticks(3);
console.log(`switched off, it stands still: ${(await counter.count) === count}`);

// An assignment leaves at once, in order with everything else; set() is the same, to be awaited.
counter.count = 5;
console.log(`assigned: ${await counter.count}`);
await set(counter.count, 6);
console.log(`set: ${await counter.count}`);

await counter.toggle();
await counter.reaches(8);
console.log('switched on again, it went on to 8');

// A chain is one message and one answer, with calls in its middle too.
const before = connectionOf(child.remote).stats().framesSent;
await counter.toggle().toggle(false).count;
console.log(`two calls and a read: ${connectionOf(child.remote).stats().framesSent - before} message`);

// A method that returns its object gives the very same remote.
console.log(`the same remote: ${(await counter.toggle(false)) === counter}`);

counter.count = 9;
try {
  await counter.fail();
} catch (error) {
  console.log(`an error, with its class: ${error instanceof RangeError}, ${String(error)}`);
}

await child.close();
console.log(`closed: alive ${child.alive}, ${(await child.exited).reason}`);
