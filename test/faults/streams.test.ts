/** Iterations that are left, broken or never ended. */
import { RemoteDiedError } from '@remoteobj/except';
import { gate, until, type Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { fault } from './fault.js';

fault('a consumer that stops ends the producer, which cleans up', async (scene) => {
  const child = await scene.start();
  const items: number[] = [];
  await scene.each(
    child.remote,
    (face) => face.endless(),
    (item) => items.push(item) < 40,
  );
  assert.is(items.length, 40);
  assert.is(await child.remote.cleaned(), 1);
});

fault('100 consumers that stop at once end as many producers', async (scene) => {
  const child = await scene.start();
  for (let i = 0; i < 10; i++) {
    await Promise.all(
      Array.from({ length: 10 }, () =>
        scene.each(
          child.remote,
          (face) => face.endless(),
          (item) => item < i,
        ),
      ),
    );
  }
  assert.is(await child.remote.cleaned(), 100);
});

fault('a consumer that throws ends the producer', async (scene) => {
  const child = await scene.start();
  const { error } = await scene.outcome(child.remote, () =>
    scene.each(
      child.remote,
      (face) => face.endless(),
      (item) => {
        if (item === 3) throw new RangeError('not this one');
      },
    ),
  );
  assert.is(error.message, 'not this one');
  assert.is(await child.remote.cleaned(), 1);
});

fault('a producer that breaks gives its items first, then its error', async (scene) => {
  const child = await scene.start();
  let items = 0;
  const { error } = await scene.outcome(child.remote, () =>
    scene.each(
      child.remote,
      (face) => face.breaking(100),
      () => items++,
    ),
  );
  assert.instance(error, RangeError);
  assert.is(items, 100);
});

fault('a stream that is begun, and not read on, ends with its child', async (scene) => {
  const child = await scene.start();
  const stream = child.remote.endless()[Symbol.asyncIterator]() as AsyncIterator<number>;
  assert.is((await stream.next()).value, 0);
  await scene.outcome(child.remote, (face) => face.dieInCall('exit'));
  let error: unknown;
  for (let i = 0; error === undefined && i < 100; i++) await stream.next().catch((one: unknown) => (error = one));
  assert.instance(error, RemoteDiedError);
});

fault('a stream in a callback of a stream ends with both', async (scene) => {
  const child = await scene.start();
  let seen = 0;
  const { value } = await scene.outcome(child.remote, (face) =>
    face.callBack(() => {
      if (scene.mode === 'async') return inner(face);
      for (const item of face.endless()) if (++seen === 5) return item;
    }),
  );
  assert.is(value, 4);
  await until(() => seen === 5);
  assert.is(await child.remote.cleaned(), 1);

  async function inner(face: Untyped): Promise<unknown> {
    for await (const item of face.endless()) if (++seen === 5) return item;
    return undefined;
  }
});

fault(
  'an item that is waited for when the child dies is an error',
  async (scene) => {
    const child = await scene.start();
    const waiting = gate();
    const { error } = await scene.outcome(child.remote, async (face) => {
      const taken = face.dieAsConsumer(
        (async function* () {
          yield* [1, 2, 3];
          waiting.open();
          await new Promise(() => {});
        })(),
        99,
        'exit',
      );
      const failed = Promise.resolve(taken).catch((one: unknown) => one);
      await waiting.opened;
      await child.kill('SIGKILL');
      throw await failed;
    });
    assert.instance(error, RemoteDiedError);
  },
  { modes: ['async'] },
);
