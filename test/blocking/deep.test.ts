import { LimitError } from '@remoteobj/except';
import { connectionOf, sync } from '@remoteobj/core';
import { until, type Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';

const peer = new URL('./modules/peer.js', import.meta.url);
const taker = new URL('./modules/taker.js', import.meta.url);
const flood = new URL('./modules/flood.js', import.meta.url);

/** Most waits inside one another, of calls that do not bring each other about. */
const most = 64;

for (const kind of kinds) {
  childTest(kind, peer, 'any number of calls back of one call may block', ({ blocking, remote }) => {
    let depth = 0;
    let deepest = 0;
    const served: number[] = [];
    const sum = blocking.fan((n: number) => {
      deepest = Math.max(deepest, ++depth);
      served.push(n);
      const echoed: number = blocking.echo(n);
      depth--;
      return echoed;
    }, 1000);
    assert.is(sum, 499_500);
    assert.ok(deepest <= most + 1, `${deepest} inside one another`);
    assert.equal(
      served,
      Array.from({ length: 1000 }, (_, i) => i),
      'in order',
    );
    assert.is(connectionOf(remote).stats().pending, 0);
  });

  childTest(kind, peer, 'so they may where the call is awaited', async ({ blocking, remote }) => {
    assert.is(await remote.fan((n: number) => blocking.echo(n), 1000), 499_500);
  });

  childTest(kind, peer, 'calls that go to and fro may be 100 deep, each inside the one before', ({ blocking }) => {
    const down = (n: number): number => (n === 0 ? 0 : 1 + blocking.callBlocking(down, n - 1)[0]);
    assert.is(down(100), 100);
  });

  for (const how of ['callBlocking', 'callAwaited'])
    childTest(
      kind,
      peer,
      `where they never end the deepest call fails, and nothing else does (${how})`,
      ({ blocking, remote }) => {
        let depth = 0;
        const down = (): number => {
          depth++;
          return blocking[how](down, 0)[0];
        };
        const error = thrownBy(down);
        assert.instance(error, LimitError);
        assert.is(error.executed, 'no');
        assert.match(error.message, /to and fro/);
        assert.ok(depth >= 100);
        assert.is(blocking.echo(1), 1);
        assert.is(connectionOf(remote).stats().pending, 0);
      },
    );

  childTest(kind, peer, 'so does one for which other frames have left no room on the stack', ({ blocking }) => {
    const between = (frames: number): number =>
      frames === 0 ? blocking.callBlocking(between, 60)[0] : between(frames - 1) + 1;
    const error = thrownBy(() => between(60));
    assert.instance(error, LimitError);
    assert.is(error.executed, 'no');
    assert.is(blocking.echo(1), 1);
  });

  childTest(kind, taker, 'calls that wait for one another are all served in the end', ({ blocking }) => {
    const count = most + 6;
    assert.is(
      blocking.fan(() => blocking.rendezvous(count), count),
      count * count,
    );
  });

  childTest(
    kind,
    flood,
    'what the other side lets go of is there for the calls of it that wait',
    async ({ blocking, remote }) => {
      let served = 0;
      await remote.tellTo(() => void served++);
      blocking.floodAndForget(500, (x: number) => x);
      assert.is(served, 0);
      await until(() => served === 500);
    },
  );

  childTest(
    kind,
    peer,
    "what waits already is served, too, by a call with pump: 'all'",
    async ({ blocking, remote }) => {
      const ran: number[] = [];
      const beside = remote.callBeside(
        (n: number) => ran.push(n),
        () => gathered,
        5,
      );
      let gather: () => void = () => {};
      const gathered = new Promise<void>((resolve) => (gather = resolve));
      blocking.callAwaitedLater((n: number) => blocking.busy(20) + n, 1); // they have come by then
      assert.equal(ran, []);
      const all: Untyped = sync(remote, { pump: 'all' });
      while (ran.length < 5) all.busy(1);
      assert.equal(ran, [0, 1, 2, 3, 4]);
      gather();
      await beside;
    },
  );
}
