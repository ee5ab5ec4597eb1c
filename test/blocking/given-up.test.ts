import { Lock, Queue } from '@remoteobj/concurrent';
import { byReference, currentCaller } from '@remoteobj/core';
import { DeadlockError } from '@remoteobj/except';
import { gate, until } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';

const taker = new URL('./modules/taker.js', import.meta.url);

for (const kind of kinds) {
  for (const how of ['take', 'takeBlocking'])
    childTest(
      kind,
      taker,
      `who is refused a lock, because its holder blocks, is not in line for it any more (${how})`,
      async ({ blocking, remote }) => {
        const lock = new Lock();
        const permit = await lock.acquire();
        assert.instance(
          thrownBy(() => blocking[how](lock)),
          DeadlockError,
        );
        assert.is(lock.waiting, 0);
        permit[Symbol.dispose]();
        assert.is(lock.locked, false);
        assert.is(await remote[how](lock), 'taken');
        await until(() => !lock.locked);
      },
    );

  childTest(kind, taker, 'nor does who is refused an item of a queue take the next one', async ({ blocking }) => {
    const queue = new Queue<string>(3);
    assert.instance(
      thrownBy(() => blocking.itemOf(queue)),
      DeadlockError,
    );
    await queue.put('first');
    assert.is(queue.length, 1);
    assert.is(await queue.get(), 'first');
  });

  childTest(
    kind,
    taker,
    'code that is given up is told, and what it gives later is disposed of',
    async ({ blocking }) => {
      const { opened, open } = gate();
      let disposed = 0;
      let told = false;
      const late = async (): Promise<unknown> => {
        currentCaller().signal?.addEventListener('abort', () => (told = true));
        await opened;
        return byReference({ [Symbol.dispose]: () => void disposed++ }, { dispose: true });
      };
      const error = thrownBy(() => blocking.call(late));
      assert.instance(error, DeadlockError);
      assert.is(error.executed, 'yes');
      assert.is(told, true);
      assert.is(disposed, 0);
      open();
      await until(() => disposed > 0);
      assert.is(disposed, 1);
    },
  );
}
