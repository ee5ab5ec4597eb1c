import { fc } from '../support/properties.js';
import type { Frame } from '@remoteobj/core';
import { encodeFrame, END, FrameParser, marker } from '@remoteobj/transport/internal';
import { assert, test } from '../support/suite.js';

const most = 1 << 20;

function parse(chunks: Iterable<Uint8Array>, mostBytes = most): { frames: Frame[]; ended: boolean } {
  const result = { frames: [] as Frame[], ended: false };
  const parser = new FrameParser(
    mostBytes,
    (frame) => result.frames.push(frame),
    () => (result.ended = true),
  );
  for (const chunk of chunks) parser.push(chunk);
  return result;
}

function bytesOf(frames: readonly Frame[]): Uint8Array {
  return Buffer.concat(frames.flatMap((frame) => encodeFrame(frame)));
}

const bytes = fc.uint8Array({ maxLength: 40 });
const frame = fc.record({ head: bytes, blobs: fc.array(bytes, { maxLength: 3 }) });

test('frames come out as they went in, however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.array(fc.nat(300), { maxLength: 20 }), (frames, cuts) => {
      const stream = bytesOf(frames);
      const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, stream.length)), stream.length])].sort(
        (a, b) => a - b,
      );
      const chunks = at.slice(1).map((end, i) => stream.subarray(at[i], end));
      const { frames: got, ended } = parse(chunks);
      assert.is(ended, false);
      assert.equal(
        got.map(({ head, blobs }) => [[...head], blobs.map((blob) => [...blob])]),
        frames.map(({ head, blobs }) => [[...head], blobs.map((blob) => [...blob])]),
      );
    }),
    { numRuns: 500 },
  );
});

test('a frame survives a cut at every single place', () => {
  const one = {
    head: new Uint8Array([1, 2, 3]),
    blobs: [new Uint8Array([4]), new Uint8Array(0), new Uint8Array([5, 6])],
  };
  const stream = Buffer.concat([bytesOf([one]), marker(END)]);
  for (let cut = 0; cut <= stream.length; cut++) {
    const { frames, ended } = parse([stream.subarray(0, cut), stream.subarray(cut)]);
    assert.is(frames.length, 1, `cut at ${cut}`);
    assert.equal([...(frames[0]?.blobs[2] ?? [])], [5, 6]);
    assert.ok(ended);
  }
});

test('the bytes of a frame do not change when the read buffer is used again', () => {
  const stream = bytesOf([{ head: new Uint8Array([1, 2, 3]), blobs: [] }]);
  const buffer = Uint8Array.from(stream);
  const { frames } = parse([buffer]);
  buffer.fill(0);
  assert.equal([...(frames[0]?.head ?? [])], [1, 2, 3]);
});

test('random bytes end in frames or in a ProtocolError, never in anything else', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 10 }), (chunks) => {
      try {
        parse(chunks);
      } catch (error) {
        assert.is((error as { code?: string }).code, 'ERR_PROTOCOL');
      }
    }),
    { numRuns: 2000 },
  );
});

test('lengths beyond the limit are refused before memory is taken', () => {
  const header = (head: number, ...blobs: number[]): Uint8Array =>
    new Uint8Array(new Uint32Array([head, blobs.length, ...blobs]).buffer);
  const refused = (chunk: Uint8Array): void =>
    assert.throws(
      () => parse([chunk], 1000),
      (error: { code?: string }) => error.code === 'ERR_PROTOCOL',
    );
  refused(header(1001));
  refused(header(0, 1001));
  refused(header(500, 300, 201));
  refused(header(0xfffffffe));
  refused(header(0xffffffff, 1));
  refused(new Uint8Array(new Uint32Array([0, 65_537]).buffer));
  assert.is(parse([header(1000)], 1000).frames.length, 0);
});

test('nothing is read behind the mark of the end', () => {
  const { frames, ended } = parse([Buffer.concat([marker(END), bytesOf([{ head: new Uint8Array([1]), blobs: [] }])])]);
  assert.ok(ended);
  assert.is(frames.length, 0);
});
