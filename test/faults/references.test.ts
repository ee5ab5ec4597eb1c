/** Numbers of objects that were lent to somebody else, or were given back. */
import { assert } from '../support/suite.js';
import { turn, until } from '../support/pair.js';
import { called } from './conversation.js';
import { fault } from './fault.js';
import { rogue, served, type Rogue } from './rogue.js';
import { bytes, result, text, varint } from './wire.js';

/** The number of the first object that an end lends. */
const lent = 1;

fault(
  'a number that stands for an object stands for nothing to another peer, and once it was given back',
  async (scene) => {
    const holder = await rogue(scene);
    const stranger = await rogue(scene);
    let calls = 0;
    const first = Promise.resolve(holder.remote.f(() => ++calls)).catch((error: unknown) => error);
    await turn(); // it has left

    const { value } = await called(scene, holder, () => {
      holder.say(callOf(lent, 9));
      holder.say(result(2, 21));
    });
    await until(() => calls === 1);
    assert.is(value, 21);

    const other = await called(scene, stranger, () => {
      stranger.say(callOf(lent, 9));
      stranger.say(result(1, 22));
    });
    assert.is(other.value, 22, 'its link goes on');
    await allBeforeWasTaken(stranger, 10);
    assert.is(calls, 1, 'the object of another peer was reached');

    holder.say(bytes(19, 2 * lent, 1));
    holder.say(callOf(lent, 11));
    await allBeforeWasTaken(holder, 12);
    assert.is(calls, 1, 'an object that was given back was reached');

    for (const one of [holder, stranger]) one.cut();
    await Promise.all([first, holder.connection.closed, stranger.connection.closed]);
  },
);

/** The evaluation `id`: calls a function by its number. */
function callOf(reference: number, id: number): Uint8Array {
  return bytes(16, 1, varint(reference), 7, 0, 0, 1, id);
}

/** Evaluations start in their order: when this one has run, each before it was run or refused. */
async function allBeforeWasTaken(other: Rogue, id: number): Promise<void> {
  const before = served.calls;
  other.say(bytes(16, 0, 1, text('echo'), 7, 1, 4, 42, 0, 1, id));
  await until(() => served.calls > before);
}
