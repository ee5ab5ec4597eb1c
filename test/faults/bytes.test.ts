/** Bytes on the wire that are cut off, flipped or out of bounds. */
import { ConnectionClosedError, ProtocolError, RemoteDiedError } from '@remoteobj/except';
import { trustedLimits } from '@remoteobj/core';
import { assert } from '../support/suite.js';
import { called, checkRubbish, described, whileCalling } from './conversation.js';
import { fault, type Outcome } from './fault.js';
import { rogue } from './rogue.js';
import { bytes, frame, hello, result, special, u32, varint } from './wire.js';

const answer = result(1, 21);
/** An answer of three bytes that lie beside the head: `[slot 0, [bytes beside the head, Uint8Array, blob 0]]`. */
const beside = bytes(32, 1, special('92d60100000000930d0200', 1));
const blob = new Uint8Array(3).fill(7);

const frames = [
  ['a frame', answer, []],
  ['a frame with bytes beside it', beside, [blob]],
] as const;

for (const [what, head, blobs] of frames) {
  fault(`${what} that is cut off anywhere is an end of the link, not an answer`, async (scene) => {
    const whole = frame(head, 8, blobs).length;
    for (let at = 0; at < whole; at++) {
      const outcome = await whileCalling(scene, (other) => {
        other.raw(frame(head, other.alignment, blobs).subarray(0, at));
        other.cut();
      });
      // Past the last byte that counts there is only what fills up.
      if (at < frame(head, 1, blobs).length) checkEnd(outcome);
    }
  });

  fault(`${what} that comes in two pieces is whole, wherever it was split`, async (scene) => {
    const other = await rogue(scene);
    const whole = frame(result(1, 1), other.alignment).length;
    for (let at = 1; at < whole; at++) {
      const { value } = await called(scene, other, () => {
        const data = frame(bytes(32, varint(at), 4, at * 2), other.alignment);
        other.raw(data.subarray(0, at));
        other.raw(data.subarray(at));
      });
      assert.is(value, at);
    }
    other.cut();
    await other.connection.closed;
  });

  fault(`${what} with any bit flipped ends the call, one way or another`, async (scene) => {
    const bits = 8 * frame(head, 1, blobs).length;
    for (let bit = 0; bit < bits; bit++) {
      const outcome = await whileCalling(scene, (other) => {
        const data = frame(head, other.alignment, blobs);
        data[bit >> 3] = (data[bit >> 3] as number) ^ (1 << (bit & 7));
        other.raw(data);
        other.cut();
      });
      if (outcome.error !== undefined) checkSettled(outcome);
    }
  });
}

const limit = trustedLimits.frameBytes;
/** Between threads the limit is a lower one, of the ring: what is longer comes beside it. */
const lengths: readonly (readonly [string, Uint8Array])[] = [
  ['a head of 2³² − 1 bytes with a blob', u32(2 ** 32 - 1, 1, 0, 0)],
  ['a head of one byte more than the limit', u32(limit + 1, 0)],
  ['a head of 2³¹ bytes', u32(2 ** 31, 0)],
  ['2³² − 1 blobs', u32(1, 2 ** 32 - 1)],
  ['a blob of 2³² − 1 bytes', u32(8, 1, 2 ** 32 - 1, 0)],
  ['blobs that only together are too long', u32(8, 4, limit / 2, limit / 2, 8, 0)],
];
for (const [what, header] of lengths) {
  fault(`a length of ${what} ends the link before memory is taken`, async (scene) => {
    checkRubbish(await whileCalling(scene, (other) => other.raw(header)));
  });
}

fault('frames of no bytes mean nothing', async (scene) => {
  const { value } = await whileCalling(scene, (other) => {
    for (let i = 0; i < 100; i++) other.say(new Uint8Array(0));
    other.say(answer);
  });
  assert.is(value, 21);
});

for (const code of [0xfffffff3, 0xfffffff4, 0xfffffff5, 0xfffffffe]) {
  fault(`the marker ${code.toString(16)}, where it may not come, harms nobody but the link`, async (scene) => {
    const outcome = await whileCalling(scene, (other) => {
      other.raw(u32(code, 0));
      other.say(answer);
      other.cut();
    });
    if (outcome.error !== undefined) checkSettled(outcome);
  });
}

fault('a peer that greets, and ends in order in the middle of a call, leaves it with an error', async (scene) => {
  const { error } = await whileCalling(scene, (other) => other.raw(u32(2 ** 32 - 1, 0)));
  assert.instance(error, ConnectionClosedError);
  assert.is(error.executed, 'unknown');
});

fault('a ring whose counter says more than fits ends the link', async (scene) => {
  if (scene.kind.name.includes('pipe')) return;
  checkRubbish(await whileCalling(scene, (other) => other.spoil?.()));
});

fault('an answer beside 64 KiB of greeting is refused', async (scene) => {
  const outcome = await whileCalling(scene, (other) => other.say(bytes(hello, new Uint8Array(2 ** 16))), false);
  checkRubbish(outcome);
});

function checkEnd(outcome: Outcome): void {
  const { error } = outcome;
  // A port that closes while its thread lives on is no death.
  assert.ok(
    error instanceof RemoteDiedError || error instanceof ConnectionClosedError,
    `an end was taken for ${described(outcome)}`,
  );
  assert.is(error.executed, 'unknown');
}

/** Rubbish, an end, or an error that the flipped bytes told of. */
function checkSettled({ error }: Outcome): void {
  assert.ok(
    error instanceof ProtocolError || error instanceof RemoteDiedError || error instanceof Error,
    String(error),
  );
}
