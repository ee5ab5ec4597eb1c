import { Lock, ClosableQueue, Queue, QueueClosedError } from '@remoteobj/concurrent';
import { TimeoutError } from '@remoteobj/except';
import { pair, turn } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

test('items come out in the order in which they were put', async () => {
  const queue = new Queue<number>();
  for (let i = 0; i < 5; i++) await queue.put(i);
  assert.is(queue.length, 5);
  for (let i = 0; i < 5; i++) assert.is(await queue.get(), i);
});

test('put waits for room, and those who wait get in one after the other', async () => {
  const queue = new Queue<string>(2);
  const log: string[] = [];
  for (const item of ['a', 'b', 'c', 'd']) void queue.put(item).then(() => log.push(item));
  await turn();
  assert.equal(log, ['a', 'b']);
  assert.is(await queue.get(), 'a');
  await turn();
  assert.equal(log, ['a', 'b', 'c']);
  assert.equal([await queue.get(), await queue.get(), await queue.get()], ['b', 'c', 'd']);
  await turn();
  assert.equal(log, ['a', 'b', 'c', 'd']);
});

test('those who wait for an item are served in order', async () => {
  const queue = new Queue<number>(1);
  const got = Promise.all([queue.get(), queue.get(), queue.get()]);
  for (let i = 0; i < 3; i++) await queue.put(i);
  assert.equal(await got, [0, 1, 2]);
  assert.is(queue.length, 0);
});

test('a get that is cancelled or late takes nothing and leaves no hole', async () => {
  const queue = new Queue<number>();
  const controller = new AbortController();
  const cancelled = queue.get({ signal: controller.signal });
  const late = queue.get({ timeout: 0 });
  const patient = queue.get();
  controller.abort(new RangeError('enough'));
  await assert.rejects(cancelled, RangeError);
  await assert.rejects(late, TimeoutError);
  await queue.put(7);
  assert.is(await patient, 7);
});

test('a put that is cancelled or late adds nothing', async () => {
  const queue = new Queue<number>(1);
  await queue.put(1);
  const controller = new AbortController();
  const cancelled = queue.put(2, { signal: controller.signal });
  const late = queue.put(3, { timeout: 0 });
  const patient = queue.put(4);
  controller.abort();
  await assert.rejects(cancelled, (error: Error) => error.name === 'AbortError');
  await assert.rejects(late, TimeoutError);
  assert.is(await queue.get(), 1);
  await patient;
  assert.is(await queue.get(), 4);
  assert.is(queue.unfinished, 2);
});

test('join waits until each item is done', async () => {
  const queue = new Queue<number>();
  await queue.join();
  await queue.put(1);
  await queue.put(2);
  let joined = false;
  const joining = queue.join().then(() => (joined = true));
  await queue.get();
  await queue.get();
  queue.taskDone();
  await turn();
  assert.not(joined);
  queue.taskDone();
  await joining;
  assert.throws(() => queue.taskDone(), /more often than items were put/);
});

test('in a loop an item is done when the next is asked for, the last when the loop is left', async () => {
  const queue = new Queue<number>();
  for (let i = 0; i < 3; i++) await queue.put(i);
  const seen: [number, number][] = [];
  for await (const item of queue) {
    seen.push([item, queue.unfinished]);
    if (item === 1) break;
  }
  assert.equal(seen, [
    [0, 3],
    [1, 2],
  ]);
  assert.is(queue.unfinished, 1);
  assert.is(await queue.get(), 2);
});

test('a loop that is left while it waits ends at once and takes nothing', async () => {
  const queue = new Queue<number>();
  const loop = queue[Symbol.asyncIterator]();
  const waiting = loop.next();
  await loop.return();
  assert.equal(await waiting, { done: true, value: undefined });
  assert.equal(await loop.next(), { done: true, value: undefined });
  await queue.put(1);
  assert.is(queue.length, 1);
});

test('an item that was given to a loop in the moment in which it was left is in front again', async () => {
  const queue = new Queue<number>();
  const loop = queue[Symbol.asyncIterator]();
  const waiting = loop.next();
  const putting = [queue.put(1), queue.put(2)];
  const leaving = loop.return();
  assert.is((await waiting).done, true);
  await Promise.all([...putting, leaving]);
  assert.is(queue.unfinished, 2);
  assert.equal(queue.takeNow(), [1, 2]);
  const other = queue[Symbol.asyncIterator]();
  const late = other.next();
  void queue.put(3);
  void other.return();
  const next = queue.get(); // waits already when the item comes back
  assert.is((await late).done, true);
  assert.is(await next, 3);
});

test('a closed queue gives what is in it and what waited for room, then loops end', async () => {
  const queue = new ClosableQueue<number>(1);
  const puts = [queue.put(1), queue.put(2), queue.put(3)];
  queue.close();
  queue.close();
  await assert.rejects(queue.put(4), QueueClosedError);
  const items: number[] = [];
  for await (const item of queue) items.push(item);
  assert.equal(items, [1, 2, 3]);
  await Promise.all(puts);
  await queue.join();
});

test('get of a closed and empty queue rejects, also where it waited already', async () => {
  const queue = new ClosableQueue<number>();
  const waiting = queue.get();
  queue.close();
  const error: QueueClosedError = await assert.rejects(waiting, QueueClosedError);
  assert.is(error.code, 'ERR_QUEUE_CLOSED');
  assert.is(error.executed, 'no');
  await assert.rejects(queue.get(), /everything in it was taken/);
  assert.ok(queue.closed);
});

test('sizes and options that make no sense are refused', async () => {
  for (const size of [0, -1, 1.5, Number.NaN]) assert.throws(() => new Queue(size), /whole number from 1/);
  await assert.rejects(new Queue().get({ timeout: -1 }), RangeError);
  await assert.rejects(new Queue().put(1, { timeout: -1 }), /put: timeout must be/);
  await assert.rejects(new Queue().put(1, { signal: {} as AbortSignal }), /put: signal must be an AbortSignal/);
  await assert.rejects(new Queue().join({ timeout: -1 }), /join: timeout must be/);
  await assert.rejects(new Lock().acquire({ signal: {} as AbortSignal }), /acquire: signal must be an AbortSignal/);
  await assert.rejects(new Queue().get({ signal: {} as AbortSignal }), TypeError);
});

test('a queue is shared by reference: both sides put and get, and the error of a closed one keeps its class', async () => {
  const queue = new ClosableQueue<number>(1);
  const { remote, close } = await pair({ queue });
  await remote.queue.put(1);
  const second = remote.queue.put(2);
  assert.is(await queue.get(), 1);
  await second;
  assert.is(await remote.queue.get(), 2);
  queue.close();
  await assert.rejects(remote.queue.put(3), QueueClosedError);
  await close();
});
