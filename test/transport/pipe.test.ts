import { fstatSync } from 'node:fs';
import type { Socket } from 'node:net';
import { ProtocolError } from '@remoteobj/except';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { until } from '../support/pair.js';
import { descriptorOf, socketPair } from './socket-pair.js';
import { pipes, Received } from './pipes.js';

test("the descriptor of a stream that has ended is not read any more: it may be somebody else's", async () => {
  const left = watchLeftovers();
  let explained = (_reason: Error): void => {};
  const pair = await pipes(false, () => new Promise((resolve) => (explained = resolve)));
  const a = new Received(pair.a);
  await pair.b.close(new Error('crash'));
  await until(() => !isOpen(pair.fd));
  const strangers: Socket[] = [];
  while (!strangers.some((socket) => descriptorOf(socket) === pair.fd)) strangers.push(...(await socketPair()));
  const at = strangers.findIndex((socket) => descriptorOf(socket) === pair.fd);
  const [mine, theirs] = [strangers[at], strangers[at ^ 1]] as [Socket, Socket];
  await new Promise<void>((resolve) => theirs.end('not for the link', resolve));
  pair.a.block?.(0);
  let text = '';
  mine.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await new Promise((resolve) => mine.once('end', resolve));
  assert.is(text, 'not for the link');
  assert.ok(a.ended?.reason instanceof Error);
  explained(new Error('too late'));
  await pair.a.close();
  for (const socket of strangers) socket.destroy();
  await left.assertNone();
});

test('who polls without ever sleeping hears that the other end is gone', async () => {
  const pair = await switched();
  const { a } = pair;
  for (let i = 0; i < 3; i++) a.transport.block?.(0);
  void pair.b.transport.close(new Error('crash'));
  assert.ok(a.polls(() => a.ended !== undefined));
  pair.close();
});

test('memory that was spoiled while bytes wait for room ends the link, wherever that is noticed', async () => {
  const read = 64; // of the ring that `a` writes
  const closing = await switched();
  closing.a.send(0, 3 * 2 ** 19);
  closing.spoil(read, 2 ** 30);
  await closing.a.transport.close();
  assert.instance(closing.a.ended?.reason, ProtocolError);
  closing.close();

  const resting = await switched();
  resting.a.transport.block?.(0);
  resting.a.send(0, 2 ** 22);
  resting.spoil(read, 2 ** 30);
  await undefined; // it rests now, unless its loop still turns; then the other end may write the right number again
  while (resting.a.ended === undefined) {
    resting.spoil(read, 2 ** 30);
    resting.a.transport.block?.(0);
  }
  assert.instance(resting.a.ended?.reason, ProtocolError);
  resting.close();
});

/** Two ends that have gone over to shared memory. */
async function switched(): Promise<{
  a: Received;
  b: Received;
  spoil(at: number, value: number): void;
  close(): void;
}> {
  const { a, b, spoil, close } = await pipes(true);
  const pair = { a: new Received(a), b: new Received(b), spoil, close };
  const both = (count: number): boolean => pair.a.frames.length >= count && pair.b.frames.length >= count;
  for (let count = 1; count <= 3; count++) {
    a.block?.(0); // asks for memory
    pair.a.send(1);
    pair.b.send(1);
    await until(() => both(count));
  }
  return pair;
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}
