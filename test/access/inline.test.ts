import { connect, expose, inline } from '@remoteobj/core';
import { AccessDeniedError } from '@remoteobj/except';
import { memoryPair, messagePort } from '@remoteobj/transport';
import { MessageChannel } from 'node:worker_threads';
import type { Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

const ran = globalThis as { intruded?: boolean };

for (const [over, pair] of [
  ['a pair in memory', memoryPair],
  [
    'a port',
    () => {
      const { port1, port2 } = new MessageChannel();
      return [messagePort(port1), messagePort(port2)] as const;
    },
  ],
] as const) {
  test(`source sent over ${over} is run by programs of ours, and never by what is exposed to strangers`, async () => {
    for (const policy of ['trusted', 'exposed'] as const) {
      const [here, there] = pair();
      expose({ log: (f: unknown): string => typeof f }, here, { policy });
      const remote = connect<Untyped>(there);
      delete ran.intruded;
      const sent = remote.log(inline(Intruder as Untyped)) as Promise<string>;
      if (policy === 'trusted') assert.is(await sent, 'function');
      else await assert.rejects(sent, AccessDeniedError);
      assert.is(ran.intruded, policy === 'trusted' ? true : undefined);
      await there.close();
      await here.close();
    }
  });
}

class Intruder {
  static {
    (globalThis as { intruded?: boolean }).intruded = true;
  }
}
