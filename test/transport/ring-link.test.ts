import { fc } from '../support/properties.js';
import type { Frame } from '@remoteobj/core';
import { ProtocolError } from '@remoteobj/except';
import { marker, pairBytes, RingLink, Sleep } from '@remoteobj/transport/internal';
import { assert, test } from '../support/suite.js';

/** One of the two ends, with a thread that looks and sleeps when the test says so. */
class End {
  readonly link: RingLink;
  readonly got: Frame[] = [];
  readonly marks: number[] = [];
  /** How the other end was rung for. */
  readonly bells: Sleep[] = [];
  asleep = false;
  rung = false;
  /** Was told to wait, and not yet that there is room. */
  waits = false;
  other: End | undefined;

  constructor(memory: SharedArrayBuffer, side: 0 | 1, maxFrameBytes = 2 ** 26) {
    this.link = new RingLink(memory, side, {
      maxFrameBytes,
      bell: (how) => {
        this.bells.push(how);
        if (this.other !== undefined) this.other.rung = true;
      },
      frame: (frame) => void this.got.push(frame),
      marked: (code) => void this.marks.push(code),
    });
  }

  send(frame: Frame): void {
    if (!this.link.send(frame)) this.waits = true;
  }

  /** What a thread does when it is rung for, or by itself. */
  look(): void {
    this.asleep = false;
    this.rung = false;
    this.link.wake();
    this.link.receive();
    if (this.link.flush()) this.waits = false;
  }

  /** What it does when it has nothing to do. */
  rest(how: Sleep): void {
    while (!this.link.sleep(how)) this.look();
    this.asleep = true;
  }
}

function ends(maxFrameBytes?: number): [End, End, SharedArrayBuffer] {
  const memory = new SharedArrayBuffer(pairBytes);
  const [a, b] = [new End(memory, 0, maxFrameBytes), new End(memory, 1, maxFrameBytes)];
  [a.other, b.other] = [b, a];
  return [a, b, memory];
}

function frameOf(head: number, ...blobs: number[]): Frame {
  return { head: new Uint8Array(head).fill(head), blobs: blobs.map((size) => new Uint8Array(size).fill(size)) };
}

/** Both threads look whenever they are rung for, and sleep otherwise, until nothing happens any more. */
function settle(a: End, b: End): void {
  for (const end of [a, b]) if (!end.asleep) end.look();
  for (const end of [a, b]) if (!end.asleep) end.rest(Sleep.inLoop);
  while (a.rung || b.rung)
    for (const end of [a, b]) {
      if (!end.rung) continue;
      end.look();
      end.rest(Sleep.inLoop);
    }
}

function sizes(frames: readonly Frame[]): number[][] {
  return frames.map(({ head, blobs }) => [head, ...blobs].map(({ byteLength }) => byteLength));
}

test('frames of any sizes cross, in order, also those larger than the ring', () => {
  const [a, b] = ends();
  const frames = [frameOf(0), frameOf(1), frameOf(7, 1, 0, 9), frameOf(3, 3 * 2 ** 20), frameOf(2 ** 21), frameOf(5)];
  for (const frame of frames) a.send(frame);
  settle(a, b);
  assert.equal(sizes(b.got), sizes(frames));
  for (const { head, blobs } of b.got)
    for (const part of [head, ...blobs]) assert.ok(whole(part), 'bytes were spoiled');
});

test('only a reader that sleeps is rung for, once, in the way it sleeps', () => {
  const [a, b] = ends();
  a.send(frameOf(8));
  assert.equal(a.bells, []);
  b.look();
  for (const how of [Sleep.inLoop, Sleep.blocked]) {
    b.rest(how);
    a.send(frameOf(8));
    a.send(frameOf(8));
    assert.is(a.bells.pop(), how);
    b.look();
  }
  assert.equal(a.bells, []);
});

test('a reader finds what came before it could say that it sleeps', () => {
  const [a, b] = ends();
  a.send(frameOf(8));
  assert.not(b.link.sleep(Sleep.inLoop));
  b.look();
  assert.ok(b.link.sleep(Sleep.inLoop));
});

test('a sender that is told to wait, and sends all the same, is told of room', () => {
  const [a, b] = ends();
  while (!a.waits) a.send(frameOf(8, 2 ** 20));
  b.look();
  a.send(frameOf(8));
  a.link.mark(0xffffffff);
  settle(a, b);
  assert.not(a.waits, 'nobody told it');
  assert.not(a.link.unsent);
  assert.equal(b.marks, [0xffffffff]);
});

test('whatever two threads do, nothing is lost and nobody waits for ever', () => {
  const side = fc.integer({ min: 0, max: 1 });
  const size = fc.oneof(fc.integer({ min: 0, max: 64 }), fc.integer({ min: 0, max: 3 * 2 ** 20 }));
  const step = fc.oneof(
    {
      arbitrary: fc.record({
        act: fc.constant('send' as const),
        side,
        head: size,
        blobs: fc.array(size, { maxLength: 2 }),
      }),
      weight: 4,
    },
    fc.record({ act: fc.constantFrom('look' as const, 'loop' as const, 'block' as const), side }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const pair = ends();
      const sent: [Frame[], Frame[]] = [[], []];
      for (const todo of steps) {
        const end = pair[todo.side as 0 | 1];
        if (todo.act === 'send') {
          const frame = frameOf(todo.head, ...todo.blobs);
          sent[todo.side as 0 | 1].push(frame);
          end.send(frame);
        } else if (todo.act === 'look' || end.rung) {
          end.look();
        } else {
          end.rest(todo.act === 'loop' ? Sleep.inLoop : Sleep.blocked);
        }
      }
      const [a, b] = pair;
      settle(a, b);
      assert.equal(sizes(b.got), sizes(sent[0]));
      assert.equal(sizes(a.got), sizes(sent[1]));
      assert.not(a.waits || b.waits || a.link.unsent || b.link.unsent);
    }),
    { numRuns: 300 },
  );
});

test('counters, lengths and markers that a peer spoiled end the link, and touch nothing beside the ring', () => {
  const spoil = (act: (memory: SharedArrayBuffer, a: End, b: End) => void): void => {
    const [a, b, memory] = ends(1000);
    assert.throws(
      () => act(memory, a, b),
      (error: unknown) => error instanceof ProtocolError,
    );
  };
  spoil((memory, _a, b) => {
    new Int32Array(memory)[0] = 2 ** 30; // written, of the ring that b reads
    b.look();
  });
  spoil((memory, a) => {
    new Int32Array(memory)[16] = 8; // read, though nothing was written
    a.send(frameOf(1));
  });
  spoil((_memory, a, b) => {
    a.send(frameOf(1001));
    b.look();
  });
});

test('a marker arrives between the frames it was sent between', () => {
  const [a, b] = ends();
  a.send(frameOf(1));
  a.link.mark(0xfffffff4);
  b.look();
  assert.equal([sizes(b.got), b.marks], [[[1]], [0xfffffff4]]);
  assert.is(marker(0xfffffff4).length, 8);
});

function whole(part: Uint8Array): boolean {
  return part.every((byte) => byte === (part.length & 255));
}
