import { PassThrough } from 'node:stream';
import { StderrTail } from '@remoteobj/transport';
import { assert, test } from '../support/suite.js';

test('the last 4 KiB are kept, however they came', async () => {
  const stream = new PassThrough();
  const tail = new StderrTail(stream);
  for (let i = 0; i < 3000; i++) stream.write(`line ${i}\n`);
  stream.end('the end');
  await tail.ended;
  assert.is(Buffer.byteLength(tail.text), 4096);
  assert.ok(tail.text.endsWith('line 2999\nthe end'));
});

test('one large piece is cut to its end', async () => {
  const stream = new PassThrough();
  const tail = new StderrTail(stream);
  stream.end(`${'x'.repeat(100_000)}!`);
  await tail.ended;
  assert.is(tail.text, `${'x'.repeat(4095)}!`);
});

test('what is written goes on to where it is to be seen as well', async () => {
  const [stream, tee] = [new PassThrough(), new PassThrough()];
  const tail = new StderrTail(stream, { tee });
  stream.end('both');
  await tail.ended;
  assert.is(String(tee.read()), 'both');
  assert.is(tail.text, 'both');
});

test('a stream that is destroyed has ended', async () => {
  const stream = new PassThrough();
  const tail = new StderrTail(stream);
  stream.destroy(new Error('gone'));
  await tail.ended;
  assert.is(tail.text, '');
});
