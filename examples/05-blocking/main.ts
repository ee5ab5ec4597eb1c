import {
  get,
  has,
  len,
  RemoteDiedError,
  spawn,
  sync,
  TimeoutError,
  waitUntilListening,
  withOptions,
  type AnyView,
} from 'remoteobj';

// sync() gives the same remotes without await: what would be a promise is the value, what would reject is thrown.
// First the example of Python's remoteobj, line for line: an object that counts, switched on and off, read, set and stopped from here.
// Untyped as there: a typed member that may be assigned is read with get(), because TypeScript takes it for its value, too.
const p = await spawn<AnyView>(new URL('./object.js', import.meta.url), { exposeModule: false });
await waitUntilListening(p);
const obj = { remote: sync(p.remote) };

obj.remote.toggle(true);
let x = obj.remote.count.get_();
sleep(200);
console.log(`on, it counts: ${obj.remote.count.get_() > x}`);

obj.remote.toggle(false);
x = obj.remote.count.get_();
sleep(200);
console.log(`off, it stays the same: ${obj.remote.count.get_() === x}`);

obj.remote.toggle(true);
x = obj.remote.count.__; // the same as get_()
sleep(200);
console.log(`on again: ${obj.remote.count.__ > x}`);

obj.remote.stop = true;
console.log(`stopped: exit code ${(await p.exited).code}`);

// Then the rest, on an object of an ordinary class.
await using child = await spawn<typeof import('./counter.js')>(new URL('./counter.js', import.meta.url));

const { Counter } = sync(child.remote);
const counter = new Counter();

console.log(`count ${get(counter.count)}, on ${get(counter.on)}`);
counter.on = true; // waits until it is assigned
console.log(`on ${get(counter.on)}`);
console.log(`increment: ${counter.increment()}, ${counter.increment(4)}`);
console.log(`len: ${len(counter)}, has: ${has(counter, 'stop')}, in: ${'stop' in counter}, ${'nothing' in counter}`);
console.log(`a chain: ${counter.toggle(false).toggle(true) === counter}`);

// Keys, deletion, and what is iterated.
console.log(`a key: ${get(counter.items[1])}, of a Map: ${counter.limits.get('most')}`);
counter.items.push('d');
console.log(`items: ${[...counter.items].join(' ')}`);
for (const number of counter.countdown()) {
  console.log(`countdown ${number}`);
  if (number === 4) break; // ends the generator over there
}

// A call back is served while this side waits for the call that makes it.
console.log(`called back: ${counter.each((number) => number * number)}`);
console.log(`called back, and back again: ${counter.each(() => get(counter.count))}`);

// Errors are thrown here, with their class.
counter.toggle(false);
try {
  counter.increment();
} catch (error) {
  console.log(`thrown: ${String(error)}, ${error instanceof RangeError}`);
}

// Blocking or not, it is one connection and one order.
const again = await new child.remote.Counter();
again.count = 7; // sent, not awaited
console.log(`in order: ${get(sync(again).count)}`);

// It never hangs: a time limit and a death end the wait.
try {
  withOptions(sync(child.remote).forever, { timeout: 20 })();
} catch (error) {
  console.log(`late: ${error instanceof TimeoutError}`);
}
try {
  counter.crash();
} catch (error) {
  console.log(`dead: ${error instanceof RemoteDiedError && error.signal}`);
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
