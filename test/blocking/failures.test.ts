import { connectionOf, set, sync, withOptions } from '@remoteobj/core';
import type { Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';

const service = new URL('./modules/service.js', import.meta.url);
const peer = new URL('./modules/peer.js', import.meta.url);
const waiter = new URL('./modules/waiter.js', import.meta.url);

for (const kind of kinds) {
  childTest(
    kind,
    service,
    'what is thrown there is thrown here: class, remote stack, place of the call',
    ({ blocking }) => {
      for (const error of [thrownBy(() => blocking.fail('first')), thrownBy(() => blocking.failLater('first'))]) {
        assert.instance(error, RangeError);
        assert.is(error.message, 'first');
        const [there, here] = error.stack.split('--- remote call ---');
        assert.match(there, /fail.*service/);
        assert.match(here, /failures\.test/);
      }
      assert.throws(() => blocking.nothing(), TypeError);
      assert.throws(() => blocking.counter.nothing.more.__, TypeError);
      assert.throws(() => new blocking.twice.more(), TypeError);
    },
  );

  childTest(kind, service, 'items come before the error that ends a producer', ({ blocking }) => {
    const got: number[] = [];
    const error = thrownBy(() => {
      for (const item of blocking.breaking(40)) got.push(item);
    });
    assert.instance(error, RangeError);
    assert.match(error.message, /the producer broke/);
    assert.equal(got.length, 40);
    assert.throws(() => [...blocking.counter.count], TypeError);
    assert.is(blocking.twice(1), 2);
  });

  childTest(kind, service, 'a value that cannot be sent throws, and nothing was sent', ({ blocking }) => {
    const error = thrownBy(() => blocking.echo({ a: [Symbol('s')] }));
    assert.is(error.code, 'ERR_UNSERIALIZABLE');
    assert.match(error.message, /args\[0\]\.a\[0\]/);
    assert.is(error.executed, 'no');
  });

  childTest(kind, peer, 'calls that nobody awaited and that fail meanwhile are heard by flush', async (parts) => {
    const { remote, blocking } = parts;
    void remote.callAwaited(1, 1);
    blocking.echo(1);
    blocking.echo(2); // the failure came before this
    blocking.busy(250); // longer than an error waits to be heard
    const error = await assert.rejects(connectionOf(remote).flush(), TypeError);
    assert.match((error as Error).message, /callback/);
    assert.is(blocking.echo(1), 1);
  });

  childTest(
    kind,
    service,
    'they are heard by the error event, and by a blocking assignment',
    ({ remote, blocking }) => {
      void remote.fail('unheard');
      const error = thrownBy(() => set(blocking.counter.count, 3));
      assert.match(error.message, /unheard/);
      assert.is(blocking.counter.count.__, 3, 'the assignment itself was done');
      const heard: Untyped[] = [];
      connectionOf(remote).on('error', (event: unknown) => void heard.push(event));
      void remote.fail('heard');
      blocking.counter.count = 4;
      assert.equal(
        heard.map(({ message }) => message),
        ['heard'],
      );
    },
  );

  childTest(kind, peer, 'a signal that a callback aborts cancels the blocking call', ({ blocking }) => {
    const abort = new AbortController();
    const reason = new RangeError('not wanted any more');
    const error = thrownBy(() =>
      withOptions(blocking.callAwaited, { signal: abort.signal })(() => {
        abort.abort(reason);
        return 1;
      }, 1),
    );
    assert.is(error, reason);
    assert.is(
      thrownBy(() => withOptions(blocking.echo, { signal: abort.signal })(1)),
      reason,
    );
    assert.is(blocking.echo(2), 2);
  });

  childTest(kind, waiter, 'a signal that is an argument is aborted there while this side blocks', ({ blocking }) => {
    const abort = new AbortController();
    assert.is(
      blocking.untilAborted(abort.signal, () => abort.abort('enough')),
      'enough',
    );
  });

  childTest(kind, service, 'a blocking call behind a failing one fails with it', ({ remote }) => {
    const failing = remote.fail('before');
    assert.match(thrownBy(() => sync(failing).more.__).message, /before/);
  });
}
