/**
 * What every transport must do, as checks that need no test runner: run each `check` with a maker of fresh pairs; it throws when
 * the transport does not keep its word.
 */
import type { Frame, Receiver, Transport } from '@remoteobj/core';

/** Two ends of a fresh link. */
export interface LinkUnderTest {
  readonly a: Transport;
  readonly b: Transport;
  /** Writes bytes to b's side that are no frames; absent where the medium cannot carry rubbish. */
  readonly rubbish?: () => void;
  /** Breaks the link as a crash of a's side would. */
  readonly cut?: () => void;
  /** Frees what the maker holds; called after each check. */
  readonly dispose?: () => unknown;
}

/** One promise of the contract. */
export interface Check {
  readonly name: string;
  run(make: () => Promise<LinkUnderTest>): Promise<void>;
}

/** All checks; run them in any order. */
export const transportContract: readonly Check[] = [
  check('10,000 small frames arrive whole and in order', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    for (let i = 0; i < 10_000; i++) a.send(numbered(i));
    await got.count(10_000);
    got.frames.forEach((frame, i) => same(readNumber(frame), i, 'frame'));
  }),
  check('a frame of 64 MiB arrives whole, beside small ones', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    const large = new Uint8Array(64 * 1024 * 1024);
    for (let i = 0; i < large.length; i += 4096) large[i] = i >>> 12;
    a.send(numbered(1));
    a.send({ head: numbered(2).head, blobs: [large, new Uint8Array([7])] });
    a.send(numbered(3));
    await got.count(3);
    const [blob, small] = got.frames[1]?.blobs ?? [];
    same(blob?.byteLength, large.length, 'length of the blob');
    same(small?.[0], 7, 'the second blob');
    for (let i = 0; i < large.length; i += 4096) same(blob?.[i], (i >>> 12) & 255, `byte ${i}`);
    same(readNumber(got.frames[2]), 3, 'the frame behind it');
  }),
  check('an empty frame and an empty blob arrive', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    a.send({ head: new Uint8Array(0), blobs: [] });
    a.send({ head: new Uint8Array(0), blobs: [new Uint8Array(0), new Uint8Array([1])] });
    await got.count(2);
    same(got.frames[0]?.head.byteLength, 0, 'length of the head');
    same(got.frames[1]?.blobs.length, 2, 'number of blobs');
  }),
  check('a view of a larger buffer carries its own bytes only', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    const whole = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
    a.send({ head: whole.subarray(2, 4), blobs: [whole.subarray(5, 7)] });
    await got.count(1);
    same([...(got.frames[0]?.head ?? [])].join(), '2,3', 'the head');
    same([...(got.frames[0]?.blobs[0] ?? [])].join(), '5,6', 'the blob');
  }),
  check('a moved buffer arrives', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    const moved = new Uint8Array(100_000).fill(9);
    a.send({ head: numbered(1).head, blobs: [moved], transfer: [moved.buffer] });
    await got.count(1);
    same(got.frames[0]?.blobs[0]?.[99_999], 9, 'its last byte');
  }),
  check('frames that were sent before anybody listened are delivered first', async ({ a, b }) => {
    receive(a);
    for (let i = 0; i < 100; i++) a.send(numbered(i));
    await turns(20);
    const got = receive(b);
    for (let i = 100; i < 200; i++) a.send(numbered(i));
    await got.count(200);
    got.frames.forEach((frame, i) => same(readNumber(frame), i, 'frame'));
  }),
  check('both sides flood at once and nothing is lost', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    const blob = new Uint8Array(256 * 1024);
    for (let i = 0; i < 100; i++) {
      a.send({ head: numbered(i).head, blobs: [blob] });
      b.send({ head: numbered(i).head, blobs: [blob] });
    }
    await Promise.all([atA.count(100), atB.count(100)]);
    for (const got of [atA, atB]) got.frames.forEach((frame, i) => same(readNumber(frame), i, 'frame'));
  }),
  check('where send says to wait, drained follows', async ({ a, b }) => {
    const sender = receive(a);
    const got = receive(b);
    let sent = 0;
    let room = true;
    while (room && sent < 200) {
      room = a.send({ head: numbered(sent).head, blobs: [new Uint8Array(256 * 1024)] });
      sent++;
    }
    if (!room) await sender.drained;
    await got.count(sent);
  }),
  check('close delivers what was sent, then ends both sides, once, without a reason', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    for (let i = 0; i < 50; i++) a.send({ head: numbered(i).head, blobs: [new Uint8Array(100_000)] });
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
    a.send(numbered(1));
    b.send(numbered(1));
    await turns(20);
    same(atA.frames.length + atB.frames.length, 0, 'frames after the end');
  }),
  check('closing twice, and from both sides at once, is closing once', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    await Promise.all([a.close(), a.close(), b.close(), b.close()]);
    await Promise.all([atA.closed, atB.closed]);
    await a.close();
    same(atA.ends + atB.ends, 2, 'times closed');
  }),
  check('closing with a reason ends this side with it, at once', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    const reason = new Error('enough');
    a.send({ head: numbered(1).head, blobs: [new Uint8Array(10_000_000)] });
    await a.close(reason);
    await Promise.all([atA.closed, atB.closed]);
    same(atA.reason, reason, 'reason');
  }),
  check('an end that came before anybody listened is told to who listens later', async ({ a, b }) => {
    receive(a);
    a.send(numbered(5));
    await a.close();
    await turns(20);
    const got = receive(b);
    await got.closed;
    same(readNumber(got.frames[0]), 5, 'the frame before the end');
  }),
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
  }),
  check('a receiver that throws does not stop the next frame', async ({ a, b }) => {
    receive(a);
    const got = receive(b, (frame) => {
      if (readNumber(frame) === 1) throw new ReceiverFault();
    });
    for (let i = 0; i < 3; i++) a.send(numbered(i));
    await got.count(3);
  }),
  check('blocking receives frames, also while both directions are full', async ({ a, b }) => {
    if (a.block === undefined || b.block === undefined) return;
    const got = receive(b);
    receive(a);
    for (let i = 0; i < 100; i++) a.send({ head: numbered(i).head, blobs: [new Uint8Array(64 * 1024)] });
    for (let i = 0; i < 100; i++) b.send({ head: numbered(i).head, blobs: [new Uint8Array(64 * 1024)] });
    const deadline = Date.now() + 5000;
    while (got.frames.length < 100 && Date.now() < deadline) b.block(100);
    same(got.frames.length, 100, 'frames received by blocking');
  }),
];

/** What the throwing receiver of the contract throws; it surfaces as an unhandled rejection, which the runner should expect. */
export class ReceiverFault extends Error {
  override readonly name = 'ReceiverFault';
}

interface Received {
  readonly frames: Frame[];
  readonly closed: Promise<void>;
  readonly drained: Promise<void>;
  readonly ends: number;
  readonly reason: Error | undefined;
  count(number: number): Promise<void>;
}

/** Listens and keeps everything. */
function receive(transport: Transport, onFrame: (frame: Frame) => void = () => {}): Received {
  const state = { frames: [] as Frame[], ends: 0, reason: undefined as Error | undefined };
  const waiting: { number: number; done: () => void }[] = [];
  let end = (): void => {};
  let drain = (): void => {};
  const closed = new Promise<void>((resolve) => (end = resolve));
  const drained = new Promise<void>((resolve) => (drain = resolve));
  const receiver: Receiver = {
    frame(frame) {
      state.frames.push(frame);
      for (const waiter of waiting) if (state.frames.length >= waiter.number) waiter.done();
      onFrame(frame);
    },
    drained: () => drain(),
    closed(reason) {
      state.ends++;
      state.reason = reason;
      end();
    },
  };
  transport.keepAlive(true);
  transport.listen(receiver);
  return Object.assign(state, {
    closed,
    drained,
    count: (number: number) =>
      new Promise<void>((resolve) => {
        if (state.frames.length >= number) resolve();
        else waiting.push({ number, done: resolve });
      }),
  });
}

function check(name: string, body: (link: LinkUnderTest) => Promise<void>): Check {
  return {
    name,
    async run(make) {
      const link = await make();
      try {
        await body(link);
      } finally {
        await Promise.all([link.a.close(new Error('the check is over')), link.b.close(new Error('the check is over'))]);
        await link.dispose?.();
      }
    },
  };
}

function numbered(number: number): Frame {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, number);
  return { head, blobs: [] };
}

function readNumber(frame: Frame | undefined): number {
  if (frame === undefined) return -1;
  return new DataView(frame.head.buffer, frame.head.byteOffset, 4).getUint32(0);
}

function same(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected))
    throw new Error(`${what}: ${String(expected)} was expected, ${String(actual)} came`);
}

/** Some turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}
