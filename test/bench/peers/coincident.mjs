// The calling end of coincident: only a worker can block, so the measuring is done here.
import { parentPort } from 'node:worker_threads';

// It is written for browsers: this is what it needs of them.
globalThis.addEventListener = parentPort.addEventListener.bind(parentPort);
const { default: coincident } = await import('coincident/worker');
const { proxy } = await coincident({ minByteLength: 0x8000 }); // its default is no multiple of four, which Node refuses

const sleeper = new Int32Array(new SharedArrayBuffer(4));

proxy.measure = (times, pause) => {
  let total = 0;
  for (let i = 0; i < times; i++) {
    if (pause > 0) Atomics.wait(sleeper, 0, 0, pause);
    const start = performance.now();
    proxy.add(i, 2.5, 'hello');
    total += performance.now() - start;
  }
  return total;
};
