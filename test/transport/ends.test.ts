import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { connect, connectionOf, expose, type Frame, type Transport } from '@remoteobj/core';
import { childProcess, memoryPair, messagePort } from '@remoteobj/transport';
import { turn, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

test('a child without a pipe at descriptor 3 is refused with the remedy', async () => {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  assert.throws(() => childProcess(child), /stdio: \['inherit', 'inherit', 'inherit', 'pipe'\]/);
  await new Promise((resolve) => child.once('exit', resolve));
});

test('something that is no port is refused', () => {
  assert.throws(() => messagePort({} as never), /MessagePort or a Worker/);
  assert.throws(() => messagePort({ postMessage() {} }), /MessagePort or a Worker/);
});

test('a transport belongs to one connection', () => {
  const [a] = memoryPair();
  const receiver = { frame() {}, drained() {}, closed() {} };
  a.listen(receiver);
  assert.throws(() => a.listen(receiver), /listened to once/);
});

test('a process that is no child of ours and dies at once is a death', async () => {
  const left = watchLeftovers();
  const child = spawn(process.execPath, ['-e', 'process.stderr.write("last words"); process.exitCode = 7'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const remote = connect<{ x: number }>(childProcess(child));
  const reason = await connectionOf(remote).closed;
  assert.is((reason as { code?: string }).code, 'ERR_REMOTE_DIED');
  assert.is((reason as { exitCode?: number }).exitCode, 7);
  assert.is((reason as { stderrTail?: string }).stderrTail, 'last words');
  await left.assertNone();
});

test('a child that closes its end of the channel and lives on is a cut connection, not a death', async () => {
  const child = spawn(process.execPath, ['-e', 'require("fs").closeSync(3); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const remote = connect(childProcess(child));
  const reason = await connectionOf(remote).closed;
  assert.is((reason as { code?: string }).code, 'ERR_CONNECTION_CLOSED');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
});

test('what a child has sent before it is connected to is not lost', async () => {
  const left = watchLeftovers();
  const child = spawn(process.execPath, [fileURLToPath(new URL('./modules/speaks-first.mjs', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stream = child.stdio[3] as Socket;
  await until(() => stream.readableLength > 0); // its hello has been read already
  const remote = connect<{ word(): string }>(childProcess(child));
  assert.is(await remote.word(), 'first');
  await connectionOf(remote).close();
  await exited;
  await left.assertNone();
});

test('a worker that ends is a death with its exit code', async () => {
  const left = watchLeftovers();
  const worker = new Worker('require("node:worker_threads").parentPort.once("message", () => process.exit(4))', {
    eval: true,
  });
  const remote = connect(messagePort(worker));
  const reason = await connectionOf(remote).closed;
  assert.is((reason as { code?: string }).code, 'ERR_REMOTE_DIED');
  assert.is((reason as { exitCode?: number }).exitCode, 4);
  await left.assertNone();
});

test('both ends expose over one transport and share a connection', async () => {
  const { port1, port2 } = new MessageChannel();
  const [a, b]: Transport[] = [messagePort(port1), messagePort(port2)];
  expose({ name: 'a' }, a as Transport);
  expose({ name: 'b' }, b as Transport);
  const [toB, toA] = [connect<{ name: string }>(a as Transport), connect<{ name: string }>(b as Transport)];
  assert.is(await toB.name, 'b');
  assert.is(await toA.name, 'a');
  await connectionOf(toB).close();
  assert.is(await connectionOf(toA).closed, undefined);
});

test('a worker that had ended before is a death, too', async () => {
  const worker = new Worker('', { eval: true });
  await new Promise((resolve) => worker.once('exit', resolve));
  const remote = connect(messagePort(worker));
  assert.is(((await connectionOf(remote).closed) as { code?: string }).code, 'ERR_REMOTE_DIED');
});

test('a view carries its own bytes over a port, and none of the buffer around them', async () => {
  const { port1, port2 } = new MessageChannel();
  const [a, b] = [messagePort(port1), messagePort(port2)];
  const whole = new Uint8Array(1000).fill(7);
  const came = new Promise<Uint8Array>((resolve) =>
    b.listen({ frame: ({ head }) => resolve(head), drained() {}, closed() {} }),
  );
  a.listen({ frame() {}, drained() {}, closed() {} });
  b.keepAlive(true);
  a.send({ head: whole.subarray(1, 3), blobs: [] });
  const head = await came;
  assert.is(head.byteLength, 2);
  assert.is(head.buffer.byteLength, 2);
  await a.close();
});

test('a child whose channel a transport took still has its close event', async () => {
  const child = spawn(process.execPath, ['-e', '0'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  const remote = connect(childProcess(child));
  assert.is(((await connectionOf(remote).closed) as { code?: string }).code, 'ERR_REMOTE_DIED');
  assert.is(await closed, 0);
});

test('a receiver in which more frames come, while it has an early one, gets all before it goes on, in order', async () => {
  const [a, b] = memoryPair();
  a.listen({ frame() {}, drained() {}, closed() {} });
  const numbered = (n: number): Frame => ({ head: new Uint8Array([n]), blobs: [] });
  a.send(numbered(0));
  a.send(numbered(1));
  await turn();
  const got: number[] = [];
  let meanwhile: number[] = [];
  await new Promise<void>((resolve) =>
    b.listen({
      frame({ head }) {
        got.push(head[0] as number);
        if (head[0] !== 0) return;
        a.send(numbered(2));
        void a.close(); // hands over at once what waits
        meanwhile = [...got];
      },
      drained() {},
      closed: () => resolve(),
    }),
  );
  assert.equal(meanwhile, [0, 1, 2]);
  assert.equal(got, [0, 1, 2]);
});
