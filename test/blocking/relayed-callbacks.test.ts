import { sync } from '@remoteobj/core';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';
import type * as Taker from './modules/taker.js';

const taker = new URL('./modules/taker.js', import.meta.url);

for (const kind of kinds)
  childTest(
    kind,
    taker,
    'a remote of another child is called back while this thread blocks, also one that awaits',
    async ({ blocking }) => {
      const other = await kind.start<typeof Taker>(taker, { name: 'other' });
      const remote = other.remote;
      assert.is(blocking.callMember(remote, 'echo', 5), 5);
      assert.is(blocking.callMemberAwaited(remote, 'echo', 6), 6);
      const sum = await remote.sum;
      assert.is(blocking.callMember(sum, 'add', 2), 2);
      assert.is(sync(other.remote.sum.total).get_(), 2, 'it ran once');
      assert.is(blocking.isMember(sum, 'add'), true);
      assert.is(blocking.isMember(sum, 'nope'), false);
      // The other may call back as well: it belongs to the same chain of calls.
      assert.is(
        blocking.callMember(remote, 'call', () => blocking.echo(7)),
        7,
      );
      assert.match(thrownBy(() => blocking.callMember(remote, 'nope')).message, /nope/);
      await other.close();
    },
  );
