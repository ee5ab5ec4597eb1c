import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import { connect, connectionOf, expose } from '@remoteobj/core';
import { RemoteDiedError } from '@remoteobj/except';
import { messagePort } from '@remoteobj/transport';
import { messagePort as browserMessagePort } from '@remoteobj/transport/browser';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { gate } from '../support/pair.js';
import { browserPort } from './browser-port.js';

const script = fileURLToPath(new URL('./modules/user-worker.ts', import.meta.url));

/** Runs the program with a worker of its own; what it printed. */
async function program(kind: string): Promise<string[]> {
  const args = ['--import', '@remoteobj/process/ts', script, kind];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  return stdout.trim().split('\n');
}

test('a worker of the user keeps the program alive, as it does without a link', async () => {
  assert.equal(await program('kept'), ['the worker ended first']);
});

test('a worker that the user lets go of does not keep the program alive because of an idle link', async () => {
  assert.equal(await program('let-go'), ['the program ended first']);
});

test('a call to a worker that the user lets go of is waited for', async () => {
  assert.equal(await program('waited-for'), ['answered', 'the program ended first']);
});

/** Throws when it is told to. */
const throwing =
  'require("node:worker_threads").parentPort.on("message", (m) => { if (m === "throw") throw new Error("boom"); })';

test('what a worker throws while it is linked is the cause of its death, and no uncaught exception', async () => {
  const left = watchLeftovers();
  const worker = new Worker(throwing, { eval: true });
  const { closed } = connectionOf(connect(messagePort(worker)));
  worker.postMessage('throw');
  const reason = (await closed) as Error & { code?: string };
  assert.is(reason.code, 'ERR_REMOTE_DIED');
  assert.is((reason.cause as Error).message, 'boom');
  await left.assertNone();
});

test('what a worker throws after its link was closed is as loud as without a link', async () => {
  const worker = new Worker(throwing, { eval: true });
  await once(worker, 'online');
  const link = messagePort(worker);
  await connectionOf(connect(link)).close();
  assert.is(worker.listenerCount('error'), 0);
  const [uncaught] = await Promise.all([once(process, 'uncaughtException'), worker.postMessage('throw')]);
  assert.is((uncaught[0] as Error).message, 'boom');
});

test('a call and its answer are two messages: what was taken is told now and then only', async () => {
  const { port1, port2 } = new MessageChannel();
  const posted: unknown[] = [];
  const counting = ({ postMessage, ...rest }: ReturnType<typeof browserPort>): ReturnType<typeof browserPort> => ({
    ...rest,
    postMessage: (message, ...more) => (posted.push(message), postMessage(message, ...more)),
  });
  const [here, there] = [port1, port2].map((port) => browserMessagePort(counting(browserPort(port)), { peer: 'same' }));
  assert.ok(here !== undefined && there !== undefined);
  expose({ add: (a: number, b: number) => a + b }, there);
  const remote = connect<{ add(a: number, b: number): number }>(here);
  await remote.add(0, 0);
  posted.length = 0;
  for (let i = 0; i < 100; i++) assert.is(await remote.add(i, 1), i + 1);
  assert.is(posted.length, 200);
  await connectionOf(remote).close();
});

test('what nobody listens to yet is not taken: the sender is asked to wait, and told when there is room', async () => {
  const { port1, port2 } = new MessageChannel();
  const [here, there] = [browserMessagePort(browserPort(port1)), browserMessagePort(browserPort(port2))];
  const [answered, drained, taken] = [gate(), gate(), gate()];
  let drains = 0;
  here.listen({
    frame: () => answered.open(),
    drained() {
      drains++;
      drained.open();
    },
    closed() {},
  });
  const frame = { head: new Uint8Array(400 * 1024), blobs: [] };
  assert.equal([here.send(frame), here.send(frame), here.send(frame)], [true, true, false]);
  let came = 0;
  port2.on('message', () => {
    if (++came === 3) there.send({ head: new Uint8Array(1), blobs: [] }); // behind whatever it had to tell
  });
  await answered.opened;
  assert.is(drains, 0);
  let frames = 0;
  there.listen({ frame: () => void (++frames === 3 && taken.open()), drained() {}, closed() {} });
  await Promise.all([taken.opened, drained.opened]);
  assert.is(drains, 1);
  assert.is(here.send({ head: new Uint8Array(1), blobs: [] }), true);
  await Promise.all([here.close(), there.close()]);
});

for (const [what, message] of [
  ['a number below zero', -1],
  ['no number', Number.NaN],
  ['more than was ever sent', 1000],
  ['a text', 'text'],
  ['an empty list', []],
  ['a list of something else', [new Uint8Array(1), 'text']],
  ['an object', { remoteobj: 'else' }],
  ['a death of which nothing is said', { remoteobj: 'died' }],
  ['a death with an object in it', { remoteobj: 'died', message: 'x', exitCode: {}, signal: null, stderrTail: '' }],
] as const) {
  test(`a port on which ${what} comes is not ours, and the link ends`, async () => {
    const { port1, port2 } = new MessageChannel();
    const ended = new Promise<Error | undefined>((resolve) => {
      const link = messagePort(port1);
      link.keepAlive(true);
      link.listen({ frame: () => assert.unreachable('a frame'), drained() {}, closed: resolve });
    });
    port2.postMessage(message);
    assert.is(((await ended) as { code?: string } | undefined)?.code, 'ERR_PROTOCOL');
    port2.close();
  });
}

test('a link that is closed for a death tells the other end of that death', async () => {
  const { port1, port2 } = new MessageChannel();
  const [here, there] = [connect(messagePort(port1)), connect(messagePort(port2))];
  const end = { exitCode: null, signal: 'SIGKILL', stderrTail: 'last words' };
  const death = new RemoteDiedError('it has ended', { ...end, cause: new Error('not told') });
  const link = messagePort(port1);
  await link.close(death);
  const told = (await connectionOf(there).closed) as RemoteDiedError;
  assert.instance(told, RemoteDiedError);
  const { message, exitCode, signal, stderrTail, cause } = told;
  assert.equal({ message, exitCode, signal, stderrTail, cause }, { ...end, message: death.message, cause: undefined });
  assert.is(await connectionOf(here).closed, death);
});

test('a port that has a link gives that one again, until it is closed', async () => {
  const { port1, port2 } = new MessageChannel();
  assert.is(messagePort(port1), messagePort(port1));
  expose({ one: 1 }, messagePort(port1));
  expose({ two: 2 }, messagePort(port2));
  assert.is(await connect<{ two: number }>(messagePort(port1)).two, 2);
  assert.is(await connect<{ one: number }>(messagePort(port2)).one, 1);
  const before = messagePort(port1);
  await before.close();
  assert.is.not(messagePort(port1), before);
});
