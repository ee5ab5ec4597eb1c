/** An end that is gone when something is written to it: at the first write of a conversation, at the second, and so on. */
import { release, withOptions } from '@remoteobj/core';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { PipeTransport } from '@remoteobj/transport/internal';
import type { Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { fault, onlyProcesses, type Scene } from './fault.js';
import { rogue, type Rogue } from './rogue.js';
import { bytes, result, special } from './wire.js';

/** Milliseconds after which a call counts as hanging. */
const timeout = 2000;

fault(
  'a write fails, whichever of a conversation it is: what waits is told of the death, and all that comes later',
  async (scene) => {
    let writes = 0;
    for (let reached = true; reached; writes++) {
      const other = await rogue(scene);
      const write = cutAt(other, writes + 1);
      try {
        const { error } = await scene.outcome(other.remote, () => converse(scene, other, write));
        reached = write.reached;
        if (!reached && error !== undefined) throw error;
        if (error !== undefined) assert.instance(error, RemoteDiedError, `write ${writes + 1}: ${String(error)}`);
        if (reached) await checkLater(scene, other);
      } finally {
        write.restore();
        other.cut();
        await other.connection.closed;
      }
    }
    assert.ok(writes > 6, `${writes} writes`);
  },
  { kinds: onlyProcesses },
);

/** Calls, a callback, an iteration, a cancel and a release; answered by hand. */
async function converse(scene: Scene, other: Rogue, write: Write): Promise<void> {
  const ask = async (said: readonly Uint8Array[], action: (face: Untyped) => unknown): Promise<Untyped> => {
    const speak = (): void => {
      if (!write.reached) for (const message of said) other.say(message);
    };
    if (scene.mode === 'blocking') speak(); // it is there when the call is made
    const outcome = scene.outcome(withOptions(other.remote, { timeout }), action);
    if (scene.mode === 'async') speak();
    const { value, error } = await outcome;
    if (error !== undefined) throw error;
    return value;
  };
  assert.is(await ask([result(1, 21)], (face) => face.f()), 21);
  assert.is(await ask([bytes(16, 1, 1, 7, 0, 0, 1, 9), result(2, 22)], (face) => face.f(() => 5)), 22);
  const items = Array.from({ length: 20 }, (_value, i) => bytes(48, 3, 4, 2 * i));
  let sum = 0;
  await ask([...items, bytes(49, 3)], () =>
    scene.each(
      other.remote,
      (face) => face.items,
      (item) => (sum += item as number),
    ),
  );
  assert.is(sum, 190);
  const late = await ask([], (face) => withOptions(face.f, { timeout: 1 })()).catch((error: unknown) => error);
  if (!(late instanceof TimeoutError)) throw late;
  const lent = await ask([bytes(32, 5, special('92d60100000000920f01'))], (face) => face.f());
  release(lent);
  assert.is(await ask([result(6, 23)], (face) => face.f()), 23);
}

async function checkLater(scene: Scene, other: Rogue): Promise<void> {
  const { error } = await scene.outcome(other.remote, (face) => withOptions(face.f, { timeout })());
  assert.instance(error, RemoteDiedError);
}

interface Write {
  readonly reached: boolean;
  restore(): void;
}

/** The other end goes right before something is written to it for the n-th time from now on. */
function cutAt(other: Rogue, n: number): Write {
  const { send } = PipeTransport.prototype;
  let left = n;
  PipeTransport.prototype.send = function (this: PipeTransport, frame) {
    if (--left === 0) other.cut();
    return send.call(this, frame);
  };
  return {
    get reached() {
      return left <= 0;
    },
    restore() {
      PipeTransport.prototype.send = send;
    },
  };
}
