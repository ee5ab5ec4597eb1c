import { EndElsewhere } from './elsewhere.js';
import { fill } from './frames.js';
import { check, same, turns, type Check } from './link.js';
import { numbered, readNumber, receive, ReceiverFault } from './receive.js';

const fail = (): never => {
  throw new ReceiverFault();
};

/** What breaks ends the link at most, and never the process. */
export const faultChecks: readonly Check[] = [
  check('a link that is cut ends with a reason, once', async ({ b, cut }) => {
    if (cut === undefined) return;
    const got = receive(b);
    cut();
    await got.closed;
    await turns(20);
    same(got.ends, 1, 'times closed');
    same(got.reason instanceof Error, true, 'a reason');
  }),
  check('rubbish ends the link with a reason and nothing else', async ({ b, rubbish }) => {
    if (rubbish === undefined) return;
    const got = receive(b);
    rubbish();
    await got.closed;
    same((got.reason as { code?: unknown } | undefined)?.code, 'ERR_PROTOCOL', 'code of the reason');
    same(got.frames.length, 0, 'frames made of rubbish');
  }),
  check('an over-long frame ends the link with a reason and nothing else', async ({ b, overlong }) => {
    if (overlong === undefined) return;
    const got = receive(b);
    overlong();
    await got.closed;
    same((got.reason as { code?: unknown } | undefined)?.code, 'ERR_PROTOCOL', 'code of the reason');
    same(got.frames.length, 0, 'frames beyond the limit');
  }),
  check(
    'a receiver that throws does not stop the next frame',
    async ({ a, b }) => {
      receive(a);
      const got = receive(b, {
        frame(frame) {
          if (readNumber(frame) === 1) fail();
        },
      });
      for (let i = 0; i < 3; i++) a.send(numbered(i));
      await got.count(3);
    },
    1,
  ),
  check(
    'a receiver that throws when there is room again stops nothing',
    async (link) => {
      const [here, there] = link.a instanceof EndElsewhere ? [link.b, link.a] : [link.a, link.b];
      const sender = receive(here, { drained: fail });
      const got = receive(there);
      const sent = fill(here, 0);
      await sender.drained(1);
      here.send(numbered(sent));
      await got.count(sent + 1);
    },
    1,
  ),
  check(
    'a receiver that throws at its end still ends, and closing resolves',
    async ({ a, b }) => {
      const [atA, atB] = [receive(a), receive(b, { closed: fail })];
      await b.close();
      await Promise.all([atA.closed, atB.closed]);
      await turns(20);
      same(atA.ends + atB.ends, 2, 'times closed');
    },
    1,
  ),
];
