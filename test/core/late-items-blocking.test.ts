/** Items of an iteration in which something is awaited, read without turning the event loop, where no microtask runs. */
import { connectionOf, withOptions } from '@remoteobj/core';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { childTest, kinds, thrownBy } from '../blocking/kinds.js';
import { assert } from '../support/suite.js';
import { soon } from './modules/pages.js';

const module = new URL('./modules/pages.js', import.meta.url);
const texts = ['text 1', 'text 2', 'text 3', 'text 4', 'text 5'];

for (const kind of kinds) {
  childTest(kind, module, 'items that hold promises come in order', ({ blocking }) => {
    assert.equal(
      Array.from(blocking.soon(5), (page: { body: unknown }) => page.body),
      texts,
    );
    assert.is(Array.from(blocking.soon(200)).length, 200);
  });

  childTest(kind, module, 'a promise in an item that rejects ends the iteration in its place', ({ blocking }) => {
    const got: unknown[] = [];
    const error = thrownBy(() => {
      for (const { n } of blocking.soon(5, 3)) got.push(n);
    });
    assert.match(error?.message, 'page 3 is torn');
    assert.equal(got, [1, 2]);
  });

  childTest(kind, module, 'it can be left while an item is awaited', async ({ blocking, remote }) => {
    for (const item of blocking.pages.read(1000, [2])) {
      assert.is(item, 1);
      break;
    }
    assert.is(blocking.pages.cleaned.__, 1);
    blocking.open(2);
    await connectionOf(remote).flush();
    const { streams, pending } = connectionOf(remote).stats();
    assert.equal([streams, pending], [0, 0]);
  });

  childTest(kind, module, 'a time limit ends the waiting for an item that is awaited', async ({ blocking, remote }) => {
    const limited = withOptions(blocking.pages.read(3, [1]), { timeout: 100 });
    const error = thrownBy(() => Array.from(limited));
    assert.instance(error, TimeoutError);
    blocking.open(1);
    await connectionOf(remote).flush();
    const { streams, pending } = connectionOf(remote).stats();
    assert.equal([streams, pending], [0, 0]);
  });

  if (kind.isProcess) {
    childTest(kind, module, 'a death ends the waiting for an item that is awaited', async ({ blocking, child }) => {
      const error = thrownBy(() => {
        for (const item of blocking.pages.read(3, [2])) if (item === 1) process.kill(child.pid as number, 'SIGKILL');
      });
      assert.instance(error, RemoteDiedError);
      await child.exited;
    });
  }

  childTest(kind, module, 'items of the caller are read in order by a child that blocks', async ({ remote }) => {
    assert.equal(await remote.textsOfBlocking(soon(5)), texts);
    await assert.rejects(remote.textsOfBlocking(soon(5, 4)), 'page 4 is torn');
  });
}
