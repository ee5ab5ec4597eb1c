/** Bundled for browsers by the test, and run without anything of Node's: serves an object, and calls the one it is given. */
import { connect, expose } from '@remoteobj/core';
import { local, memoryPair, messagePort, type PortLike } from '@remoteobj/transport';

interface Page {
  readonly port: PortLike;
  /** Everything that is to be seen outside. */
  report(what: unknown): void;
}

interface Outside {
  greet(name: string): Promise<string>;
}

const { port, report } = (globalThis as unknown as { readonly page: Page }).page;

class Counter {
  count = 0;
  add(n: number): this {
    this.count += n;
    return this;
  }
}

const link = messagePort(port, { peer: 'same' });
const served = {
  counter: new Counter(),
  total: (...numbers: number[]) => numbers.reduce((a, b) => a + b, 0),
  fail() {
    throw new RangeError('not in a browser');
  },
};
expose(served, link);
const outside = connect<Outside>(link);
const [near, far] = memoryPair();
expose({ here: 1 }, far);

report({
  ofNode: ['process', 'Buffer', 'setImmediate'].filter((name) => name in globalThis),
  greeting: await outside.greet('page'),
  inMemory: await connect<{ here: number }>(near).here,
  locally: await local({ there: 2 }).there,
});
