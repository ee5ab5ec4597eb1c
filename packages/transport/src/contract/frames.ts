import type { Transport } from '@remoteobj/core';
import { EndElsewhere } from './elsewhere.js';
import { check, same, turns, type Check } from './link.js';
import { numbered, readNumber, receive, type Received } from './receive.js';

/** Bytes on their way, at which every transport must have said that it is enough. */
const plenty = 64 * 1024 * 1024;
const piece = 256 * 1024;

/** Frames arrive, whole and in order; too many are not taken at once. */
export const frameChecks: readonly Check[] = [
  check('10,000 small frames arrive whole and in order', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    for (let i = 0; i < 10_000; i++) a.send(numbered(i));
    await got.count(10_000);
    inOrder(got);
  }),
  check('a frame of 64 MiB arrives whole, beside small ones', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    const large = new Uint8Array(64 * 1024 * 1024);
    for (let i = 0; i < large.length; i += 4096) large[i] = i >>> 12;
    a.send(numbered(1));
    a.send(numbered(2, large, new Uint8Array([7])));
    a.send(numbered(3));
    await got.count(3);
    const [blob, small] = got.frames[1]?.blobs ?? [];
    same(blob?.byteLength, large.length, 'length of the blob');
    same(small?.[0], 7, 'the second blob');
    for (let i = 0; i < large.length; i += 4096) same(blob?.[i], (i >>> 12) & 255, `byte ${i}`);
    same(readNumber(got.frames[2]), 3, 'the frame behind it');
  }),
  check('flushSync says that everything has left, where there is one', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    for (let i = 0; i < 100; i++) a.send(numbered(i));
    same(a.flushSync?.(5000) ?? true, true, 'what flushSync gives');
    await got.count(100);
    inOrder(got);
  }),
  check('heads of any length arrive, with every byte in them', async ({ a, b }) => {
    const got = receive(b);
    receive(a);
    const lengths = [0, 1, 255, 256, 1023, 1024, 1025, 70_000];
    for (const length of lengths) a.send({ head: Uint8Array.from({ length }, (_, i) => i), blobs: [] });
    await got.count(lengths.length);
    lengths.forEach((length, n) => {
      const head = got.frames[n]?.head;
      same(head?.byteLength, length, 'length of the head');
      for (let i = 0; i < length; i++) same(head?.[i], i & 255, `byte ${i} of ${length}`);
    });
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
    a.send({ ...numbered(1, moved), transfer: [moved.buffer] });
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
    inOrder(got);
  }),
  check('both sides flood at once and nothing is lost', async ({ a, b }) => {
    const [atA, atB] = [receive(a), receive(b)];
    const blob = new Uint8Array(piece);
    for (let i = 0; i < 100; i++) {
      a.send(numbered(i, blob));
      b.send(numbered(i, blob));
    }
    await Promise.all([atA.count(100), atB.count(100)]);
    inOrder(atA);
    inOrder(atB);
  }),
  check('where send says to wait, drained follows, each time and not otherwise', async (link) => {
    // Only here does `send` say so at once.
    const [here, there] = link.a instanceof EndElsewhere ? [link.b, link.a] : [link.a, link.b];
    const sender = receive(here);
    const got = receive(there);
    let sent = 0;
    for (; sent < 100; sent++) same(here.send(numbered(sent)), true, 'room for a few small frames');
    await got.count(sent);
    same(sender.drains, 0, 'times drained without having been full');
    for (let round = 1; round <= 3; round++) {
      sent = fill(here, sent);
      await sender.drained(round);
      await got.count(sent);
      same(sender.drains, round, 'times drained');
      same(here.send(numbered(sent++)), true, 'room after it was drained');
    }
    await got.count(sent);
    inOrder(got);
  }),
  check('blocking receives frames, also while both directions are full', async ({ a, b }) => {
    if (a.block === undefined || b.block === undefined) return;
    const got = receive(b);
    receive(a);
    for (let i = 0; i < 100; i++) a.send(numbered(i, new Uint8Array(64 * 1024)));
    for (let i = 0; i < 100; i++) b.send(numbered(i, new Uint8Array(64 * 1024)));
    const deadline = Date.now() + 5000;
    while (got.frames.length < 100 && Date.now() < deadline) b.block(100);
    same(got.frames.length, 100, 'frames received by blocking');
  }),
];

/** Sends until there is no more room; how many were sent in all then. */
export function fill(transport: Transport, sent: number): number {
  const blob = new Uint8Array(piece);
  for (let bytes = 0; bytes < plenty; bytes += piece) if (!transport.send(numbered(sent++, blob))) return sent;
  throw new Error(`send took ${plenty} bytes at once, and never said to wait`);
}

function inOrder({ frames }: Received): void {
  frames.forEach((frame, i) => same(readNumber(frame), i, 'frame'));
}
