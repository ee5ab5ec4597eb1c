import { connectionOf, sync } from '@remoteobj/core';
import { gate } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { childTest, kinds } from './kinds.js';
import type * as Peer from './modules/peer.js';

const peer = new URL('./modules/peer.js', import.meta.url);
const numbers = (length: number): number[] => Array.from({ length }, (_value, i) => i);

for (const kind of kinds) {
  childTest(
    kind,
    peer,
    'code that one frame of many calls runs may block; the others wait, in order',
    async (parts) => {
      const { remote, blocking } = parts;
      const [begun, ended]: [number[], number[]] = [[], []];
      const { opened, open } = gate();
      const done = remote.callInOneTick(
        (n: number) => {
          begun.push(n);
          assert.is(blocking.echo(n), n);
          assert.is(begun.length, ended.length + 1, 'one after the other');
          ended.push(n);
          if (n === 199) open();
        },
        200,
        () => opened,
      );
      await done;
      assert.equal(begun, numbers(200));
      assert.equal(ended, numbers(200));
    },
  );

  childTest(
    kind,
    peer,
    'calls back of one frame that block are nested, and each gets its own answer',
    ({ blocking }) => {
      let depth = 0;
      let deepest = 0;
      const sum = blocking.fan((n: number) => {
        deepest = Math.max(deepest, ++depth);
        const echoed: number = blocking.echo(n);
        depth--;
        return echoed;
      }, 50);
      assert.is(sum, 1225);
      assert.is(depth, 0);
      assert.ok(deepest > 1, 'a later one is served while an earlier one blocks');
    },
  );

  childTest(
    kind,
    peer,
    'a blocking call in a continuation finds the answers behind it in their order',
    async (parts) => {
      const { remote, blocking } = parts;
      const settled: number[] = [];
      await Promise.all(
        numbers(100).map(async (n) => {
          const value: number = await remote.echo(n);
          settled.push(value);
          if (n % 10 === 0) assert.is(blocking.echo(-n), -n);
        }),
      );
      assert.equal(settled, numbers(100));
      assert.is(connectionOf(remote).stats().pending, 0);
    },
  );

  childTest(
    kind,
    peer,
    'two children at once: a callback of one may block on the other, and the other on it',
    async (parts) => {
      const { blocking } = parts;
      const second = await kind.start<typeof Peer>(peer);
      const other = sync(second.remote);
      const first = (n: number): number => other.callOften(blocking.echo, n);
      assert.equal(blocking.callBlocking(first, 4), [6]);
      const back = (n: number): number => other.callOften((m: number) => blocking.echo(m) as number, n);
      assert.equal(blocking.callAwaited(back, 5), [10]);
      await second.close();
    },
  );
}
