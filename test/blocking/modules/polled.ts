/** An object that owns its thread: the event loop does not turn before it is told to stop, or nobody is there any more. */
import { expose } from '@remoteobj/core';
import { parent } from '@remoteobj/process';

const thing = {
  running: true,
  /** Whether it sleeps between two steps, until something comes. */
  sleeps: false,
  steps: 0,
  gain: 1,
  turned: false,
  add: (a: number, b: number): number => a + b,
  take: (bytes: Uint8Array): number => bytes.length,
  give: (length: number): Uint8Array => new Uint8Array(length).fill(7),
  call: (f: (n: number) => unknown): void => void f(thing.steps),
  fail(): never {
    throw new RangeError('as asked');
  },
};

const listener = expose(thing, parent(), { manual: true });
setImmediate(() => (thing.turned = true));
while (thing.running && listener.listening) {
  thing.steps++;
  if (thing.sleeps) listener.wait(10_000);
  listener.processRequests();
}
