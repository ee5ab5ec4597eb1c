/** Much at once, references that are gone, and errors that are hard to tell. */
import { connectionOf, release, withOptions } from '@remoteobj/core';
import { RemoteDiedError, StaleReferenceError, TimeoutError } from '@remoteobj/except';
import { until } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { fault } from './fault.js';

fault('100,000 calls in one tick are each run once', async (scene) => {
  const child = await scene.start();
  const sums = Array.from({ length: 99_999 }, (_value, i) => child.remote.add(i, 1));
  const { value } = await scene.outcome(child.remote, (face) => face.add(99_999, 1));
  assert.is(value, 100_000);
  if (scene.mode === 'async') assert.is(await sums[77_777], 77_778);
  assert.is(await child.remote.additions(), 100_000);
});

fault('a death in the middle of 20,000 calls settles each of them', async (scene) => {
  const child = await scene.start();
  const calls = Promise.allSettled(
    Array.from({ length: 20_000 }, (_value, i) => (i === 10_000 ? child.remote.exit(3) : child.remote.add(i, 1))),
  );
  const { error } = await scene.outcome(child.remote, (face) => face.add(1, 2));
  assert.instance(error, RemoteDiedError);
  for (const outcome of await calls) {
    if (outcome.status === 'rejected') assert.instance(outcome.reason, RemoteDiedError);
  }
});

fault('a reference that was released is stale, and its call is not run', async (scene) => {
  const child = await scene.start();
  const counter = await new child.remote.Counter();
  release(counter);
  const { error } = await scene.outcome(counter, (face) => face.add());
  assert.instance(error, StaleReferenceError);
  assert.is(error.executed, 'no');
});

fault('1,000 references that are released leave none', async (scene) => {
  const child = await scene.start();
  const made = await Promise.all(Array.from({ length: 1000 }, () => new child.remote.Counter()));
  assert.is(connectionOf(child.remote).stats().imported, 1000);
  for (const one of made) release(one);
  const { value } = await scene.outcome(child.remote, (face) => face.add(1, 2));
  assert.is(value, 3);
  assert.is(connectionOf(child.remote).stats().imported, 0);
});

fault('a reference of one child that another uses dies with its owner, and only that', async (scene) => {
  const [owner, user] = await Promise.all([scene.start(), scene.start()]);
  const counter = await new owner.remote.Counter();
  assert.is(await user.remote.addTo(counter, 2), 2);
  await owner.kill('SIGKILL');
  const { error } = await scene.outcome(user.remote, (face) => face.addTo(counter, 2));
  assert.is(error.code, 'ERR_REMOTE_DIED');
  const { value } = await scene.outcome(user.remote, (face) => face.add(1, 2));
  assert.is(value, 3);
});

fault('a call that is late is given up, and its child works on', async (scene) => {
  const child = await scene.start();
  const { error } = await scene.outcome(child.remote, (face) => withOptions(face.hang, { timeout: 20 })());
  assert.instance(error, TimeoutError);
  const { value } = await scene.outcome(child.remote, (face) => face.add(1, 2));
  assert.is(value, 3);
});

fault('a call that is cancelled while a callback of it runs is given up', async (scene) => {
  const child = await scene.start();
  const abort = new AbortController();
  const reason = new RangeError('not wanted any more');
  const { error } = await scene.outcome(child.remote, (face) =>
    withOptions(face.tellAndHang, { signal: abort.signal })(() => abort.abort(reason)),
  );
  assert.is(error, reason);
});

fault('a callback that throws is an error over there, and here again', async (scene) => {
  const child = await scene.start();
  const { error } = await scene.outcome(child.remote, (face) =>
    face.callBack(() => {
      throw new RangeError('thrown here');
    }),
  );
  assert.instance(error, RangeError);
  assert.is(error.message, 'thrown here');
});

fault('what is thrown and is no error arrives as it is', async (scene) => {
  const child = await scene.start();
  for (const thrown of [null, 0, '', { a: 1 }]) {
    let caught: unknown = 'nothing';
    try {
      await scene.face(child.remote).failWith(thrown);
    } catch (error) {
      caught = error;
    }
    assert.equal(caught, thrown);
  }
});

fault('an error that throws when it is read arrives all the same', async (scene) => {
  const child = await scene.start();
  const { error } = await scene.outcome(child.remote, (face) => face.failWorse());
  assert.is(error.message, 'worse');
});

fault('16 MiB there and back, in 16 calls, while small calls go on', async (scene) => {
  const child = await scene.start();
  const bytes = new Uint8Array(2 ** 20).fill(7);
  const large = Promise.all(Array.from({ length: 16 }, () => child.remote.echo(bytes)));
  for (let i = 0; i < 100; i++) {
    const { value } = await scene.outcome(child.remote, (face) => face.add(i, 1));
    assert.is(value, i + 1);
  }
  for (const back of await large) assert.ok((back as Uint8Array).every((byte) => byte === 7));
});

fault('an error that nobody awaits is heard by close, also when the child dies of it', async (scene) => {
  const child = await scene.start();
  const heard: unknown[] = [];
  connectionOf(child.remote).on('error', (error) => void heard.push(error));
  void child.remote.failWith('nobody awaits this');
  const { error } = await scene.outcome(child.remote, (face) => face.dieInCall('exit'));
  assert.instance(error, RemoteDiedError);
  await until(() => heard.length === 1);
  assert.equal(heard, ['nobody awaits this']);
});
