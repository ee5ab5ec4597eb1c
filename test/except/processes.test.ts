import { connectionOf, sync } from '@remoteobj/core';
import { Except, RemoteDiedError } from '@remoteobj/except';
import { spawn, spawnThread, type Spawned } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { CameraError } from './modules/recorder.js';
import type * as Recorder from './modules/recorder.js';
import type { Untyped } from '../support/pair.js';

const recorder = new URL('./modules/recorder.js', import.meta.url);

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`what a ${kind} records is here before the call that recorded it settles`, async () => {
    const left = watchLeftovers();
    {
      await using child: Spawned<typeof Recorder> = await start<typeof Recorder>(recorder, { name: 'camera' });
      const exc = new Except();
      for (let i = 1; i <= 200; i++) {
        let seen = -1;
        await Promise.resolve(child.remote.swallow(exc, 'work', `exposure ${i}`)).then(() => (seen = exc.size));
        assert.is(seen, i);
      }
      const error = exc.group('work')[7] as Untyped;
      assert.equal([error.remoteName, error.message, error.exposure], ['CameraError', 'exposure 8', 9]);
      assert.instance(error.cause, RangeError);
      assert.equal(error.remote, { name: 'camera', pid: child.pid ?? process.pid });
      const [there, here] = (error.stack as string).split('at --- remote call ---') as [string, string];
      assert.match(there, 'recorder.ts');
      assert.match(here, 'processes.test.ts');
    }
    await left.assertNone();
  });

  test(`an error that a ${kind} records and throws on is recorded once`, async () => {
    await using child: Spawned<typeof Recorder> = await start<typeof Recorder>(recorder);
    const exc = new Except();
    const error = await assert.rejects(
      exc.run('here', async () => child.remote.fail(exc, 'there', 'passing')),
      'passing',
    );
    assert.is(exc.first, error);
    assert.equal(exc.names, ['there']);
    assert.is(await child.remote.failWithin([{ exc }, { exc: new Except() }, { exc }], 'deep'), 3);
    assert.is(exc.group('within').length, 2);
  });

  test(`what a ${kind} records is here when a blocking call returns or throws`, async () => {
    await using child: Spawned<typeof Recorder> = await start<typeof Recorder>(recorder);
    if (!connectionOf(child.remote).syncSupported) return;
    const exc = new Except();
    const blocking: Untyped = sync(child.remote as Untyped);
    blocking.swallow(exc, 'first', 'swallowed');
    assert.is(exc.size, 1);
    const error: unknown = exc.run('here', () => thrownBy(() => blocking.fail(exc, 'second', 'thrown')));
    assert.equal(exc.names, ['first', 'second']);
    assert.is(exc.last, error);
  });

  test(`a copy in a ${kind} filters by classes that nobody registered`, async () => {
    await using child: Spawned<typeof Recorder> = await start<typeof Recorder>(recorder);
    const exc = new Except({ types: [CameraError, RangeError] });
    assert.equal(await child.remote.catches(exc), ['a passed', 'b passed', 'c passed', 'a recorded', 'b recorded']);
    assert.is(exc.size, 2);
  });
}

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

for (const link of ['pipe', 'ring'])
  test(`what was recorded survives that the process is killed right then, however much it is (${link})`, async () => {
    const left = watchLeftovers();
    for (const count of [1, 500, 4000]) {
      await using child: Spawned<typeof Recorder> = await spawn<typeof Recorder>(recorder, {
        env: { REMOTEOBJ_LINK: link },
      });
      const exc = new Except();
      const error = (await assert.rejects(
        async () => child.remote.recordAndDie(exc, count),
        RemoteDiedError,
      )) as RemoteDiedError;
      assert.is(error.signal, 'SIGKILL');
      assert.is(exc.group('last words').length, count, 'before the call has settled');
      await child.exited;
    }
    await left.assertNone();
  });

test('what was recorded survives an exit in the same turn', async () => {
  await using child: Spawned<typeof Recorder> = await spawn<typeof Recorder>(recorder);
  const exc = new Except();
  await assert.rejects(async () => child.remote.recordAndExit(exc), RemoteDiedError);
  assert.is((exc.first as Error).message, 'leaving');
  await child.exited;
});

test('an Except that is passed from process to process records here, and says where it happened', async () => {
  const left = watchLeftovers();
  {
    await using child: Spawned<typeof Recorder> = await spawn<typeof Recorder>(recorder);
    const exc = new Except();
    let seen = -1;
    const pid = await Promise.resolve(child.remote.passOn(exc, 'far')).then((value) => {
      seen = exc.size;
      return value;
    });
    assert.is(seen, 1);
    assert.not.equal(pid, child.pid);
    assert.is((exc.first as Untyped).remote.pid, pid);
    assert.equal([(exc.first as Untyped).remoteName, (exc.first as Error).message], ['CameraError', 'further on']);
  }
  await left.assertNone();
});

test('four processes record into one Except at the same time', async () => {
  const left = watchLeftovers();
  {
    const children: Spawned<typeof Recorder>[] = await Promise.all(
      Array.from({ length: 4 }, () => spawn<typeof Recorder>(recorder)),
    );
    const exc = new Except();
    await Promise.all(
      children.flatMap(({ remote, pid }) =>
        Array.from({ length: 25 }, (_, i) => remote.swallow(exc, `of ${pid}`, `error ${i}`)),
      ),
    );
    assert.equal(exc.names.length, 4);
    for (const { pid } of children)
      assert.equal(
        exc.group(`of ${pid}`).map((error) => (error as Error).message),
        Array.from({ length: 25 }, (_, i) => `error ${i}`),
      );
    const times = exc.records().map(({ at }) => at);
    assert.equal(
      times,
      times.toSorted((a, b) => a - b),
    );
    await Promise.all(children.map((child) => child.close()));
  }
  await left.assertNone();
});

test('when the child and the body of its block both fail, the child comes first, and an Except has both by time', async () => {
  const exc = new Except();
  const error = (await assert.rejects(
    exc.run('block', async () => {
      await using child: Spawned<typeof Recorder> = await spawn<typeof Recorder>(recorder);
      void child.remote.fail(exc, 'child', 'of the child'); // nobody awaits it: the block's end tells of it
      exc.run('body', () => {
        throw new RangeError('of the body');
      });
    }),
  )) as Untyped;
  assert.is(error.name, 'SuppressedError');
  assert.equal([error.error.message, error.suppressed.message], ['of the child', 'of the body']);
  assert.equal(exc.names, ['body', 'child', 'block']);
  assert.is(exc.group('child')[0], error.error);
  assert.is(exc.group('body')[0], error.suppressed);
  assert.throws(() => exc.raiseAny(), 'of the body');
});
