import { Lock, spawn } from 'remoteobj';
import { Counter } from './counter.js';

const processes = 4;
const times = 100_000;
const portion = 500;

const workerUrl = new URL('./worker.js', import.meta.url);
const workers = await Promise.all(
  Array.from({ length: processes }, () => spawn<typeof import('./worker.js')>(workerUrl)),
);

// The counter and the lock live here. The workers get them by reference: each works with the one there is.
const counter = new Counter();
const lock = new Lock();
await Promise.all(workers.map(({ remote }) => remote.add(counter, { times, portion, lock })));
console.log(`${processes} processes, ${times} increments each, under a lock: ${counter.count}`);
console.log(`the lock is free: ${!lock.locked}`);

const unprotected = new Counter();
await Promise.all(workers.map(({ remote }) => remote.add(unprotected, { times, portion })));
console.log(`without it, some are lost: ${unprotected.count < processes * times}`);

// Whoever dies with the lock does not keep it.
const [first, second] = workers as [(typeof workers)[0], (typeof workers)[0]];
await first.remote.hold(lock);
console.log(`held by the first: ${lock.locked}`);
const next = second.remote.hold(lock);
await first.kill('SIGKILL');
await next;
console.log('the first was killed, and the second has it');

await second.remote.letGo();
console.log(`let go, the lock is free: ${!lock.locked}`);

await Promise.all(workers.map((worker) => worker.close()));
