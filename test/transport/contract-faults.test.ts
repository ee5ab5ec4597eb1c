/** The contract itself: a transport that breaks one promise is found, by the check of that promise. */
import type { Frame, Receiver, Transport } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { transportContract, type LinkUnderTest } from '@remoteobj/transport/contract';
import { assert, test } from '../support/suite.js';

/** Milliseconds, for promises that are waited for in vain. */
const short = 300;

type Faulty = Partial<Transport> | ((inner: Transport) => Partial<Transport>);

/** Ends of a pair in memory, both with the same fault. */
async function faulty(fault: Faulty, rest: Partial<LinkUnderTest> = {}): Promise<LinkUnderTest> {
  const [a, b] = memoryPair().map((inner): Transport => {
    const good: Transport = {
      send: (frame) => inner.send(frame),
      listen: (receiver) => inner.listen(receiver),
      keepAlive: (on) => inner.keepAlive(on),
      close: (reason) => inner.close(reason),
    };
    return { ...good, ...(typeof fault === 'function' ? fault(inner) : fault) };
  }) as [Transport, Transport];
  return { a, b, ...rest };
}

/** Listens with a receiver that differs in part. */
function heard(differently: (receiver: Receiver) => Partial<Receiver>): Faulty {
  return (inner) => ({
    listen: (receiver) =>
      inner.listen({
        frame: (frame) => receiver.frame(frame),
        drained: () => receiver.drained(),
        closed: (reason) => receiver.closed(reason),
        ...differently(receiver),
      }),
  });
}

function finds(name: string, what: RegExp, make: () => Promise<LinkUnderTest>, timeout?: number): void {
  test(`found: ${what.source} (${name})`, async () => {
    const check = transportContract.find((one) => one.name === name);
    if (check === undefined) throw new Error(`the contract has no check '${name}'`);
    await assert.rejects(check.run(make, timeout === undefined ? {} : { timeout }), what);
  });
}

finds('10,000 small frames arrive whole and in order', /frame: 0 was expected, 1 came/, () => {
  let first: Frame | undefined;
  return faulty((inner) => ({
    send(frame) {
      if (first !== undefined) return inner.send(frame);
      first = frame;
      queueMicrotask(() => inner.send(frame));
      return true;
    },
  }));
});

finds(
  'both sides flood at once and nothing is lost',
  /does not do it within 300 ms/,
  () => {
    let sent = 0;
    return faulty((inner) => ({ send: (frame) => (sent++ === 7 ? true : inner.send(frame)) }));
  },
  short,
);

const drained = 'where send says to wait, drained follows, each time and not otherwise';
finds(drained, /never said to wait/, () => faulty((inner) => ({ send: (frame) => (inner.send(frame), true) })));
finds(drained, /does not do it within 300 ms/, () => faulty(heard(() => ({ drained() {} }))), short);
finds(drained, /times drained: 1 was expected, 2 came/, () =>
  faulty(heard((receiver) => ({ drained: () => (receiver.drained(), receiver.drained()) }))),
);
finds(drained, /times drained without having been full: 0 was expected/, () =>
  faulty((inner) => {
    let receiver: Receiver | undefined;
    return {
      listen: (given) => inner.listen((receiver = given)),
      send: (frame) => (receiver?.drained(), inner.send(frame)),
    };
  }),
);

const close = 'close delivers what was sent, then ends both sides, once, without a reason';
finds(close, /times closed: 1 was expected, 2 came/, () =>
  faulty(heard((receiver) => ({ closed: () => (receiver.closed(), receiver.closed()) }))),
);
finds(close, /reason: undefined was expected/, () =>
  faulty(heard((receiver) => ({ closed: () => receiver.closed(new Error('always one')) }))),
);
finds(close, /frames delivered: 50 was expected/, () =>
  faulty((inner) => ({ close: (reason) => inner.close(reason ?? new Error('drops what waits')) })),
);

finds('nothing is delivered after the end, and sending there does no harm', /frames after the end/, () =>
  faulty(
    heard((receiver) => ({
      closed: () => (receiver.closed(), receiver.frame({ head: new Uint8Array(4), blobs: [] })),
    })),
  ),
);

finds(
  'closing twice, and from both sides at once, is closing once',
  /the link does not do it/,
  () => {
    let closes = 0;
    return faulty((inner) => ({ close: (reason) => (closes++ === 1 ? new Promise(() => {}) : inner.close(reason)) }));
  },
  short,
);

finds('a moved buffer arrives', /could not be closed/, () => faulty({ close: () => new Promise(() => {}) }), short);

finds(
  'rubbish ends the link with a reason and nothing else',
  /does not do it/,
  () => faulty({}, { rubbish: () => {} }),
  short,
);

finds('an idle link keeps no event loop alive, and one that is told to does', /on which nothing was said/, () =>
  faulty({}, { holdsLoop: () => true }),
);
finds('an idle link keeps no event loop alive, and one that is told to does', /by a link that is told to/, () =>
  faulty({}, { holdsLoop: () => false }),
);
finds('a closed link keeps no event loop alive', /kept alive by a closed link/, () =>
  faulty({}, { holdsLoop: () => true }),
);
finds('a closed link leaves no listener behind', /listeners: 0 was expected, 1 came/, () =>
  faulty({}, { listeners: () => 1 }),
);
