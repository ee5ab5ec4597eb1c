/** An object that owns its thread and looks for requests rarely. */
import { expose } from '@remoteobj/core';
import { parent } from '@remoteobj/process';

const thing = { running: true, add: (a: number, b: number): number => a + b };
const pause = new Int32Array(new SharedArrayBuffer(4));

const listener = expose(thing, parent(), { manual: true });
while (thing.running && listener.listening) {
  Atomics.wait(pause, 0, 0, 50);
  listener.processRequests();
}
