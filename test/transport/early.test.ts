import { MessageChannel } from 'node:worker_threads';
import { messagePort } from '@remoteobj/transport';
import { turn, until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';
import { Received } from './pipes.js';

test('whoever listens and blocks at once gets what came before, and hears of an end that came before', async () => {
  const { port1, port2 } = new MessageChannel();
  const [a, b] = [new Received(messagePort(port1)), messagePort(port2)];
  a.send(7);
  for (let i = 0; i < 4; i++) await turn();
  const late = new Received(b);
  assert.ok(late.polls(() => late.frames.length === 1));
  await b.close();
  await until(() => a.ended !== undefined);
});
