import { connectionOf } from '@remoteobj/core';
import { DeadlockError } from '@remoteobj/except';
import { gate, until } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';

const taker = new URL('./modules/taker.js', import.meta.url);

/** Gives these at once, each as a settled promise, and then what `then` gives. */
function iterable(items: readonly unknown[], then: () => Promise<IteratorResult<unknown>>): Watched {
  const left = [...items];
  const watched: Watched = {
    returned: 0,
    [Symbol.asyncIterator]: () => ({
      next: () => (left.length > 0 ? Promise.resolve({ done: false, value: left.shift() }) : then()),
      return: () => {
        watched.returned++;
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  return watched;
}

type Watched = AsyncIterable<unknown> & { returned: number };

for (const kind of kinds) {
  childTest(kind, taker, 'items that are settled promises come while this thread blocks', ({ blocking, remote }) => {
    const items = iterable([1, 2, 3], () => Promise.resolve({ done: true, value: undefined }));
    assert.equal(blocking.all(items), [1, 2, 3]);
    assert.is(connectionOf(remote).stats().streams, 0);
  });

  childTest(
    kind,
    taker,
    'an item that is pending ends the iteration with a DeadlockError, and its producer cleans up',
    ({ blocking, remote }) => {
      const items = iterable([1], () => new Promise(() => {}));
      const error = thrownBy(() => blocking.all(items));
      assert.instance(error, DeadlockError);
      assert.match(error.message, /cannot settle while its thread blocks in \(\?\.all\(/);
      assert.is(items.returned, 1);
      assert.is(connectionOf(remote).stats().streams, 0);
      assert.is(blocking.echo(1), 1);
    },
  );

  childTest(kind, taker, 'so do those of async generators and streams', async ({ blocking, remote }) => {
    let cleaned = false;
    async function* items(): AsyncGenerator<number> {
      try {
        yield 1;
      } finally {
        cleaned = true;
      }
    }
    assert.instance(
      thrownBy(() => blocking.all(items())),
      DeadlockError,
    );
    await until(() => cleaned);
    const stream = new ReadableStream({ start: (controller) => controller.close() });
    assert.instance(
      thrownBy(() => blocking.all(stream)),
      DeadlockError,
    );
    assert.is(connectionOf(remote).stats().streams, 0);
  });

  childTest(kind, taker, 'who has enough of what is there is not told of what is pending', ({ blocking }) => {
    const items = iterable([1, 2, 3], () => new Promise(() => {}));
    assert.equal(blocking.some(items, 2), [1, 2]);
  });

  childTest(
    kind,
    taker,
    'an iteration that a call only begins goes on when nothing blocks any more',
    async ({ blocking, remote }) => {
      const { opened, open } = gate<IteratorResult<unknown>>();
      blocking.begin(iterable([1, 2], () => opened));
      open({ done: true, value: undefined });
      assert.equal(await remote.begun(), [1, 2]);
    },
  );
}
