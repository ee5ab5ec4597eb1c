/** Links that are closed, cut or left while something is under way. */
import { connectionOf } from '@remoteobj/core';
import { ConnectionClosedError, RemoteDiedError } from '@remoteobj/except';
import { gate } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { called } from './conversation.js';
import { fault, onlyProcesses } from './fault.js';
import { rogue } from './rogue.js';
import { bytes, hello } from './wire.js';

fault('a close that refuses, in a callback, ends the call that waits for it', async (scene) => {
  const child = await scene.start();
  let closed: Promise<void> | undefined;
  const { error } = await scene.outcome(child.remote, (face) =>
    face.tellAndHang(() => {
      closed = connectionOf(child.remote).close({ pending: 'refuse' });
    }),
  );
  assert.instance(error, ConnectionClosedError);
  assert.is(error.executed, 'unknown');
  await closed;
});

fault('a close that fulfils, in a callback, lets the call finish', async (scene) => {
  const child = await scene.start();
  let closed: Promise<void> | undefined;
  const { value } = await scene.outcome(child.remote, (face) =>
    face.callBack(() => {
      closed = connectionOf(child.remote).close();
      return 5;
    }),
  );
  assert.is(value, 5);
  await closed;
  const { error } = await scene.outcome(child.remote, (face) => face.add(1, 2));
  assert.is(error.executed, 'no');
});

fault('1,000 calls and a close in one tick: every call is answered', async (scene) => {
  const child = await scene.start();
  const sums = Promise.all(Array.from({ length: 1000 }, (_value, i) => child.remote.add(i, 1)));
  const { value } = await scene.outcome(child.remote, (face) => face.add(1, 2));
  const closed = child.close();
  assert.is(value, 3);
  assert.is((await sums).at(-1), 1000);
  await closed;
});

fault('what a callback answers after the end is dropped', async (scene) => {
  const child = await scene.start();
  const [running, answer] = [gate(), gate<number>()];
  const call = Promise.resolve(child.remote.callBack(() => (running.open(), answer.opened))).catch(
    (error: unknown) => error,
  );
  await running.opened;
  const { error } = await scene.outcome(child.remote, (face) => face.dieInCall('exit'));
  assert.instance(error, RemoteDiedError);
  assert.instance(await call, RemoteDiedError);
  await child.exited;
  answer.open(5);
});

fault('what a callback throws after the end is dropped', async (scene) => {
  const child = await scene.start();
  const [running, answer] = [gate(), gate<number>()];
  const call = Promise.resolve(child.remote.callBack(() => (running.open(), answer.opened))).catch(
    (error: unknown) => error,
  );
  await running.opened;
  await scene.outcome(child.remote, (face) => face.exit(0));
  assert.instance(await call, RemoteDiedError);
  answer.fail(new RangeError('too late'));
});

fault(
  'a callback of a child whose link was broken off fails there',
  async (scene) => {
    const child = await scene.start({ daemon: false });
    const { error } = await scene.outcome(child.remote, (face) =>
      face.callBackWhenGone(() => void child.transport.close(new Error('broken off'))),
    );
    assert.instance(error, ConnectionClosedError);
    assert.is((await child.exited).code, 42, 'it was told that its parent is gone');
  },
  { kinds: onlyProcesses },
);

fault(
  'a child that closes its channel and lives on leaves no call waiting',
  async (scene) => {
    const child = await scene.start();
    const { error } = await scene.outcome(child.remote, (face) => face.closeChannel());
    assert.instance(error, ConnectionClosedError);
    assert.is(error.executed, 'unknown');
    await child.kill('SIGKILL');
  },
  { kinds: onlyProcesses },
);

fault(
  'rubbish that a child writes among its frames ends the link, or is a bell beside a ring',
  async (scene) => {
    const child = await scene.start();
    const { value, error } = await scene.outcome(child.remote, (face) => face.writeRubbish(5));
    if (scene.kind.name.includes('ring')) assert.is(value, 5);
    else assert.instance(error, ConnectionClosedError);
    await child.kill('SIGKILL');
  },
  { kinds: onlyProcesses },
);

for (const written of [0, 1, 10]) {
  fault(`a write to an end that went after ${written} calls fails the call, and harms nothing else`, async (scene) => {
    const other = await rogue(scene);
    const calls = Array.from({ length: written }, () =>
      Promise.resolve(other.remote.f()).catch((error: unknown) => error),
    );
    const { error } = await called(scene, other, () => other.cut());
    for (const one of [error, ...(await Promise.all(calls))]) {
      assert.ok(one instanceof RemoteDiedError || one instanceof ConnectionClosedError, String(one));
    }
    await other.connection.closed;
  });
}

fault('a write of 8 MiB to an end that goes in the middle of it fails the call', async (scene) => {
  const other = await rogue(scene);
  const large = Promise.resolve(other.remote.f(new Uint8Array(2 ** 23))).catch((error: unknown) => error);
  await new Promise((resolve) => setImmediate(resolve)); // part of it is on its way
  const { error } = await called(scene, other, () => other.cut());
  for (const one of [error, await large]) {
    assert.ok(one instanceof RemoteDiedError || one instanceof ConnectionClosedError, String(one));
  }
  await other.connection.closed;
});

fault('an end that goes before it has greeted leaves no call waiting', async (scene) => {
  const other = await rogue(scene, false);
  const { error } = await called(scene, other, () => other.cut());
  assert.ok(error instanceof RemoteDiedError || error instanceof ConnectionClosedError, String(error));
  await other.connection.closed;
});

fault('an end that stops listening in the middle of a call, and goes, leaves no call waiting', async (scene) => {
  const other = await rogue(scene);
  const { error } = await called(scene, other, () => {
    other.say(bytes(3, 0, 0));
    other.cut();
  });
  assert.ok(error instanceof Error);
  await other.connection.closed;
});

fault('an end that greets again, in the middle of a call, is still the same end', async (scene) => {
  const other = await rogue(scene);
  const { value } = await called(scene, other, () => {
    other.say(hello);
    other.say(bytes(32, 1, 4, 42));
  });
  assert.is(value, 21);
  other.cut();
  await other.connection.closed;
});
