import { connectionOf, sync } from '@remoteobj/core';
import type { Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds } from './kinds.js';

const service = new URL('./modules/service.js', import.meta.url);
const peer = new URL('./modules/peer.js', import.meta.url);
const MiB = 1024 * 1024;

for (const kind of kinds) {
  const orderTest = (module: URL, name: string, body: (remote: Untyped, blocking: Untyped) => unknown): void =>
    childTest(kind, module, name, ({ blocking, remote }) => body(remote, blocking));

  orderTest(service, 'an assignment that was not awaited comes before a blocking reading', ({ counter }) => {
    counter.count = 1;
    assert.is(sync(counter).count.__, 1);
    counter.count = 2;
    void counter.add(3);
    assert.is(sync(counter).value(), 5);
  });

  orderTest(service, 'a blocking call comes after 10,000 calls that nobody awaited', async ({ counter }) => {
    for (let i = 0; i < 10_000; i++) void counter.add(1);
    assert.is(sync(counter).value(), 10_000);
    assert.is(await counter.value(), 10_000);
  });

  orderTest(
    service,
    'answers that arrive during a blocking call settle after it, in order',
    async (remote, blocking) => {
      const settled: string[] = [];
      const calls = [1, 2, 3].map(async (n) => {
        const value: number = await remote.twice(n);
        settled.push(`asynchronous ${value}`);
      });
      // Their requests leave now; their answers are here before that of the blocking call.
      assert.is(blocking.twice(10), 20);
      settled.push('blocking 20');
      await Promise.all(calls);
      assert.equal(settled, ['blocking 20', 'asynchronous 2', 'asynchronous 4', 'asynchronous 6']);
    },
  );

  orderTest(service, 'a call that is under way can be waited for by blocking, once', async ({ counter }) => {
    const call = counter.later(1);
    assert.is(sync(call).__, 1);
    assert.is(await call, 1);
    assert.is(sync(call).__, 1);
  });

  orderTest(
    peer,
    'asynchronous and blocking operations start in the order in which they were issued',
    (remote, blocking) => {
      for (let i = 0; i < 300; i++) {
        if (i % 3 === 0) blocking.note(String(i));
        else void remote.note(String(i));
      }
      assert.equal(
        blocking.noted(),
        Array.from({ length: 300 }, (_value, i) => String(i)),
      );
    },
  );

  orderTest(service, 'flush and close work after blocking use', async (remote, blocking) => {
    blocking.counter.count = 3;
    void remote.counter.add(1);
    await connectionOf(remote).flush();
    assert.is(blocking.counter.count.__, 4);
    assert.is(connectionOf(remote).stats().pending, 0);
    await connectionOf(remote).close();
    assert.throws(
      () => blocking.twice(1),
      (error: Untyped) => error.code === 'ERR_CONNECTION_CLOSED' && error.executed === 'no',
    );
  });
}

for (const kind of kinds) {
  childTest(
    kind,
    peer,
    '64 MiB in both directions at once while blocking do not stall',
    async ({ remote, blocking }) => {
      const big = new Uint8Array(64 * MiB).fill(1);
      const back: Uint8Array = blocking.exchange(big, 2);
      assert.is(back.length, big.length);
      assert.is(
        back.every((byte) => byte === 2),
        true,
      );
      // Both have much to send before either has read: the calls before, and the answer to the first of them.
      const before = [1, 2, 3, 4].map((fill) => remote.exchange(big.subarray(0, 16 * MiB), fill));
      const last: Uint8Array = blocking.exchange(big.subarray(0, 16 * MiB), 5);
      assert.is(last[16 * MiB - 1], 5);
      for (const [i, answer] of ((await Promise.all(before)) as Uint8Array[]).entries()) assert.is(answer[0], i + 1);
    },
  );

  childTest(kind, peer, 'large calls back pass while large calls are on their way', async ({ remote, blocking }) => {
    const seen: number[] = [];
    const before = [1, 2].map((fill) => remote.exchange(new Uint8Array(8 * MiB), fill));
    blocking.push((bytes: Uint8Array) => void seen.push(bytes.length * (bytes[0] as number)), 8 * MiB, 4);
    assert.equal(
      seen,
      [1, 2, 3, 4].map((n) => n * 8 * MiB),
    );
    for (const [i, answer] of ((await Promise.all(before)) as Uint8Array[]).entries()) assert.is(answer[0], i + 1);
  });

  childTest(kind, peer, 'large calls back reach whoever waits for them in its event loop', async ({ remote }) => {
    for (let i = 0; i < 10; i++) {
      const seen: number[] = [];
      await remote.push((bytes: Uint8Array) => void seen.push(bytes[0] as number), 5 * MiB, 6);
      assert.equal(seen, [1, 2, 3, 4, 5, 6]);
    }
  });
}
