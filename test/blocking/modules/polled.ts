/** An object that owns its thread: the event loop does not turn before it is told to stop, or nobody is there any more. */
import { expose } from '@remoteobj/core';
import { parent } from '@remoteobj/process';

const arrivals: ((what: string) => void)[] = [];

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
  addSoon: async (a: number, b: number): Promise<number> => a + b,
  async failSoon(): Promise<never> {
    throw new RangeError('as asked, by a promise');
  },
  cleaned: 0,
  *upTo(end: number): Generator<number> {
    try {
      for (let i = 0; i < end; i++) yield i;
    } finally {
      thing.cleaned++;
    }
  },
  /** Settled by `arrive`. */
  arrival: (): Promise<string> => new Promise((resolve) => arrivals.push(resolve)),
  arrive(what: string): void {
    for (const resolve of arrivals.splice(0)) resolve(what);
  },
};

const listener = expose(thing, parent(), { manual: true });
setImmediate(() => (thing.turned = true));
while (thing.running && listener.listening) {
  thing.steps++;
  if (thing.sleeps) listener.wait(10_000);
  listener.processRequests();
}
