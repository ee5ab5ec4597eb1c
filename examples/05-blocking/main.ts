import { get, has, len, RemoteDiedError, spawn, sync, TimeoutError, withOptions } from 'remoteobj';

await using child = await spawn<typeof import('./counter.js')>(new URL('./counter.js', import.meta.url));

// sync() gives the same remotes without await: what would be a promise is the value, what would reject is thrown.
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
