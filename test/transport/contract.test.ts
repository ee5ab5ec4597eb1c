import { ReceiverFault, transportContract, type LinkUnderTest } from '@remoteobj/transport/contract';
import { nextUnhandledRejection, assert, test, watchLeftovers } from '../support/suite.js';
import { childLink, threadLink } from './far-links.js';
import { barePortLink, browserPortLink, memoryLink, pipeLink, portLink, ringLink } from './links.js';

/** Each transport, as a maker of fresh links; `from here` and `from there`: which end does most of the sending. */
const makers: Record<string, () => Promise<LinkUnderTest>> = {
  memory: memoryLink,
  'message port': portLink,
  'message port, nothing shared': barePortLink,
  "message port, a browser's": browserPortLink,
  pipe: pipeLink,
  ...(process.platform === 'win32' ? {} : { 'pipe, memory shared': ringLink }),
  'child process, from there': () => childLink('there'),
  'child process, from here': () => childLink('here'),
  'worker thread, from there': () => threadLink('there'),
  'worker thread, from here': () => threadLink('here'),
};

for (const [name, make] of Object.entries(makers)) {
  for (const check of transportContract) {
    const title = `${name}: ${check.name}`;
    test(title, async () => {
      const left = watchLeftovers();
      const faults = Array.from({ length: check.faults }, nextUnhandledRejection);
      await check.run(make);
      for (const fault of await Promise.all(faults)) assert.instance(fault, ReceiverFault);
      await left.assertNone();
    });
  }
}
