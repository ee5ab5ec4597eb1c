import { MessageChannel } from 'node:worker_threads';
import { messagePort } from '@remoteobj/transport';
import { pairBytes, Sleep } from '@remoteobj/transport/internal';
import { assert, test } from '../support/suite.js';
import { until } from '../support/pair.js';
import { barePortLink, portLink } from './links.js';
import { Received } from './pipes.js';

/** More than the rings take. */
const large = 5 * 2 ** 20;

test('who polls without ever sleeping is told of room for what passes beside the rings', async () => {
  const [a, b] = await ends(portLink);
  for (let i = 0; i < 3; i++) a.transport.block?.(0);
  a.send(0, large);
  assert.ok(a.waits);
  assert.ok(a.polls(() => !a.waits));
  await a.transport.close();
  await until(() => b.ended !== undefined);
});

for (const [over, link] of [
  ['rings', portLink],
  ['a bare port', barePortLink],
] as const) {
  test(`a thread that blocks over ${over} is rung for whatever the other one does`, async () => {
    const acts: readonly ((other: Received) => void)[] = [
      (other) => other.send(1),
      (other) => other.send(1, large),
      (other) => void other.transport.close(),
      (other) => void other.transport.close(new Error('crash')),
    ];
    for (const act of acts) {
      const [a, b] = await ends(link);
      assert.ok(
        rungFor(a, () => act(b)),
        String(act),
      );
      await a.transport.close();
      await b.transport.close();
    }
  });
}

test('what was posted before the other thread was known rings for it as soon as it is', async () => {
  const { port1, port2 } = new MessageChannel();
  const [memory, words] = [new SharedArrayBuffer(pairBytes), new Int32Array(new SharedArrayBuffer(8))];
  const end = new Received(messagePort(port2));
  end.send(1);
  new Int32Array(memory)[pairBytes / 8 + 32] = Sleep.blocked; // the reader of the second ring, which `end` writes
  port1.postMessage({ remoteobj: 'shares', nonce: 2 ** 32, memory, words, task: undefined, ring: true });
  assert.ok(end.polls(() => words[0] !== 0));
  await end.transport.close(new Error('enough'));
});

/** Whether a thread that is just about to sleep, when the other one does something, is kept from it or woken. */
function rungFor(sleeper: Received, act: () => void): boolean {
  const { wait } = Atomics;
  let rung = false;
  let slept = false;
  Atomics.wait = ((words: Int32Array, index: number, value: number): string => {
    if (slept) return 'timed-out';
    slept = true;
    act();
    rung = Atomics.load(words, index) !== value;
    return 'timed-out';
  }) as typeof wait;
  const deadline = performance.now() + 20_000;
  try {
    while (!slept && performance.now() < deadline) sleeper.transport.block?.(100);
  } finally {
    Atomics.wait = wait;
  }
  assert.ok(slept, 'it did not sleep');
  return rung;
}

async function ends(make: typeof portLink): Promise<[Received, Received]> {
  const { a, b } = await make();
  const pair: [Received, Received] = [new Received(a), new Received(b)];
  for (let count = 1; count <= 3; count++) {
    for (const end of pair) end.send(1);
    await until(() => pair.every(({ frames }) => frames.length >= count));
  }
  return pair;
}
