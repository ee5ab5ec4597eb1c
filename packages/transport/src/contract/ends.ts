import { check, same, turns, type Check } from './link.js';
import { numbered, readNumber, receive } from './receive.js';

/** A link ends once, for both, and nothing comes afterwards. */
export const endChecks: readonly Check[] = [
  check('close delivers what was sent, then ends both sides, once, without a reason', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    for (let i = 0; i < 50; i++) a.send(numbered(i, new Uint8Array(100_000)));
    await a.close();
    await Promise.all([atA.closed, atB.closed]);
    same(atB.frames.length, 50, 'frames delivered');
    await turns(20);
    for (const got of [atA, atB]) {
      same(got.ends, 1, 'times closed');
      same(got.reason, undefined, 'reason');
    }
  }),
  check('nothing is delivered after the end, and sending there does no harm', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    await Promise.all([a.close(), atA.closed, atB.closed]);
    for (const end of [a, b]) {
      end.send(numbered(1));
      end.keepAlive(true);
      end.keepAlive(false);
    }
    await turns(20);
    same(atA.frames.length + atB.frames.length, 0, 'frames after the end');
    same(atA.ends + atB.ends, 2, 'times closed');
  }),
  check('closing twice, and from both sides at once, is closing once', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    await Promise.all([a.close(), a.close(), b.close(), b.close()]);
    await Promise.all([atA.closed, atB.closed]);
    await a.close();
    await a.close(new Error('too late'));
    await turns(20);
    same(atA.ends + atB.ends, 2, 'times closed');
    same(atA.reason, undefined, 'reason');
  }),
  check('closing with a reason ends this side with it, at once', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    const reason = new Error('enough');
    a.send(numbered(1, new Uint8Array(10_000_000)));
    await a.close(reason);
    await Promise.all([atA.closed, atB.closed]);
    same(atA.reason, reason, 'reason');
  }),
  check('a receiver that closes with a reason gets no further frame', async ({ a, b }) => {
    receive(a);
    for (let i = 0; i < 100; i++) a.send(numbered(i));
    await turns(20);
    // Some of these came early, before anybody listened.
    const got = receive(b, { frame: () => void b.close(new Error('enough')) });
    for (let i = 100; i < 200; i++) a.send(numbered(i));
    await got.closed;
    await turns(20);
    same(got.frames.length, 1, 'frames delivered');
    same(got.ends, 1, 'times closed');
  }),
  check('an end that came before anybody listened is told to who listens later', async ({ a, b }) => {
    receive(a);
    a.send(numbered(5));
    await a.close();
    await turns(20);
    const got = receive(b);
    await got.closed;
    same(readNumber(got.frames[0]), 5, 'the frame before the end');
    same(got.reason, undefined, 'reason');
  }),
];
