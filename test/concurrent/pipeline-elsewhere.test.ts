import { background, pipeline, PipelineError } from '@remoteobj/concurrent';
import { inline, remoteModule, type Remote } from '@remoteobj/core';
import { ConnectionClosedError, RemoteDiedError, UnserializableError } from '@remoteobj/except';
import { pool, spawn } from '@remoteobj/process';
import { gate, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type { Picture } from './modules/work.js';

const url = new URL('./modules/work.js', import.meta.url);
const work = remoteModule<typeof import('./modules/work.js')>(url);

test('a stage runs here, in threads and in processes, and nothing is left of it', async () => {
  const leftovers = watchLeftovers();
  const pipe = pipeline([
    { fn: work.double, strategy: 'thread', workers: 2 },
    { fn: (n: number) => n + 1 },
    { fn: work.double, workers: 2 },
  ]);
  const results = await read(pipe.feed(numbers(200)));
  assert.equal(
    results.sort((a, b) => a - b),
    numbers(200).map((n) => (n * 2 + 1) * 2),
  );
  await leftovers.assertNone();
});

test('each worker is a process or a thread of its own', async () => {
  for (const strategy of ['process', 'thread'] as const) {
    // Each item waits over there until both have begun.
    const both = gate();
    let begun = 0;
    const begin = (): Promise<void> => {
      if (++begun === 2) both.open();
      return both.opened;
    };
    const places = await read(pipeline([{ fn: work.where, workers: 2, strategy }]).feed([begin, begin]));
    assert.is(new Set(places.map(({ pid, thread }) => `${pid} ${thread}`)).size, 2);
    for (const { pid, thread } of places) {
      assert.is(pid === process.pid, strategy === 'thread');
      assert.is(thread === 0, strategy === 'process');
    }
  }
});

test('objects of a stage elsewhere are in use by later stages, and by the reader until it has come to the end', async () => {
  for (const strategy of ['process', 'thread'] as const) {
    const leftovers = watchLeftovers();
    const held = gate();
    const first = { fn: work.picture, strategy };
    const use = async (picture: Remote<Picture>): Promise<number> => {
      await held.opened;
      return picture.read();
    };
    const pipe = pipeline([first, { fn: use as unknown as (picture: Picture) => Promise<number>, queueSize: 4 }]);
    const numbers = read(pipe.feed([1, 2, 3, 4]));
    await until(() => pipe.stats().stages[0]?.done === 4);
    held.open(); // the first stage has nothing more to do since then
    assert.equal(await numbers, [1, 2, 3, 4]);
    const pictures: Remote<Picture>[] = [];
    const results = pipeline([first]).feed([1, 2, 3]);
    await until(() => results.stats().waiting === 3); // so the stage is over
    for await (const picture of results) {
      pictures.push(picture as unknown as Remote<Picture>);
      assert.is(await pictures.at(-1)?.read(), pictures.length);
    }
    await assert.rejects((pictures[0] as Remote<Picture>).read(), ConnectionClosedError);
    await leftovers.assertNone();
  }
});

test('threads and processes of which nothing is in use end although nobody reads the results', async () => {
  const leftovers = watchLeftovers();
  const pipe = pipeline([{ fn: work.double, strategy: 'thread' }]).feed([1, 2, 3]);
  await until(() => pipe.stats().waiting === 3);
  await leftovers.assertNone();
  assert.equal(await read(pipe), [2, 4, 6]);
});

test('what is done of a batch is handed back when the rest takes long', async () => {
  const fn = work.quickOrSlow as (item: unknown) => unknown;
  const pipe = pipeline([{ fn, strategy: 'thread', queueSize: 64 }]);
  const { opened, open } = gate();
  // Quick ones make the batches long; behind the slow one is one that waits until that one is here.
  pipe.feed([...numbers(2000), -1, () => opened, ...numbers(20)]);
  let results = 0;
  for await (const result of pipe) {
    results++;
    if (result === -1) open();
  }
  assert.is(results, 2022);
});

test('a stage may call a function of a pool, or of a child that is started anew', async () => {
  const leftovers = watchLeftovers();
  {
    await using workers = pool<typeof import('./modules/work.js')>(url, { size: 2, threaded: true });
    await using child = await spawn<typeof import('./modules/work.js')>(url, { restart: { times: 1 } });
    const pipe = pipeline([{ fn: workers.remote.double, workers: 4 }, { fn: child.remote.addOne }], { ordered: true });
    assert.equal(await read(pipe.feed([1, 2, 3])), [3, 5, 7]);
    assert.is(await background(workers.remote.double)(4), 8);
    assert.throws(() => pipeline([{ fn: workers.remote.double, strategy: 'thread' }]), /remoteModule\(url\)/);
  }
  await leftovers.assertNone();
});

test('a stage may be a closed function that is sent', async () => {
  const pipe = pipeline([{ fn: inline((n: number) => n * 3), strategy: 'thread' }], { ordered: true });
  assert.equal(await read(pipe.feed([1, 2])), [3, 6]);
});

test(
  '100,000 items through three stages of two threads each: none is lost, none comes twice',
  async () => {
    const stage = { strategy: 'thread', workers: 2, queueSize: 64 } as const;
    const pipe = pipeline([
      { ...stage, name: 'a', fn: work.addOne },
      { ...stage, name: 'b', fn: work.double },
      { ...stage, name: 'c', fn: work.addOne },
    ]);
    const seen = new Uint8Array(100_000);
    for await (const result of pipe.feed(numbers(100_000))) {
      const item = (result - 1) / 2 - 1;
      seen[item] = (seen[item] as number) + 1;
    }
    assert.ok(seen.every((times) => times === 1));
  },
  { timeout: 180_000 },
);

test('an error over there names stage and item, keeps its class, and no process is left', async () => {
  const leftovers = watchLeftovers();
  const pipe = pipeline([
    { fn: work.failAt, name: 'check', workers: 2 },
    { fn: work.double, workers: 2 },
  ]);
  const error: PipelineError = await assert.rejects(read(pipe.feed(numbers(1000))), PipelineError);
  assert.is(error.stage, 'check');
  assert.is(error.item, 3);
  assert.ok(error.cause instanceof RangeError);
  await leftovers.assertNone();
});

test('a worker that dies is the error of its item', async () => {
  const leftovers = watchLeftovers();
  const pipe = pipeline([{ fn: work.dieAt, name: 'die' }]);
  const error: PipelineError = await assert.rejects(read(pipe.feed(numbers(10))), PipelineError);
  assert.is(error.index, 3);
  assert.ok(error.cause instanceof RemoteDiedError);
  assert.is(error.cause.exitCode, 7);
  assert.is(error.executed, 'unknown');
  await leftovers.assertNone();
});

test('where errors are collected, a worker that died is replaced', async () => {
  const leftovers = watchLeftovers();
  const pipe = pipeline([{ fn: work.dieAt, name: 'die' }], { onError: 'collect' });
  assert.equal(await read(pipe.feed(numbers(8))), [0, 1, 2, 4, 5, 6, 7]);
  assert.is(pipe.errors.group('die').length, 1);
  await leftovers.assertNone();
});

test('a worker that dies takes the items along that it was given with that one', async () => {
  const pipe = pipeline([{ fn: work.dieAt, name: 'die', queueSize: 64 }], { onError: 'collect' });
  const items = [...numbers(300).map((n) => n + 4), 3, ...numbers(300).map((n) => n + 4)];
  const results = await read(pipe.feed(items));
  const failed = pipe.errors.group('die').map((error) => error as PipelineError);
  assert.is(results.length + failed.length, items.length);
  assert.ok(failed.some(({ item }) => item === 3));
  // How many were together depends on how quick the machine is at that moment.
  const together = /failed on item \d+, or on one of \d+ given to a worker together: /;
  assert.ok(failed.length === 1 || failed.every(({ message }) => together.test(message)));
  assert.ok(failed.every(({ cause, executed }) => cause instanceof RemoteDiedError && executed === 'unknown'));
});

test('an item that cannot be sent fails alone', async () => {
  const pipe = pipeline([{ fn: work.same, queueSize: 64 }], { onError: 'collect', ordered: true });
  const items: unknown[] = numbers(600);
  items[500] = { item: Symbol('mine') };
  const results = await read(pipe.feed(items));
  items.splice(500, 1);
  assert.equal(results, items);
  const [error] = pipe.errors.group('0') as [PipelineError];
  assert.is(pipe.errors.size, 1);
  assert.is(error.index, 500);
  assert.is(error.executed, 'no');
  assert.ok(error.cause instanceof UnserializableError);
});

test('a stage that hangs does not keep a pipeline that is stopped', async () => {
  const leftovers = watchLeftovers();
  const controller = new AbortController();
  const pipe = pipeline(
    [
      { fn: work.hangAt, name: 'process' },
      { fn: work.double, strategy: 'thread', name: 'thread' },
    ],
    { signal: controller.signal },
  );
  const reading = read(pipe.feed(numbers(10)));
  await until(() => pipe.stats().stages[1]?.done === 3);
  controller.abort();
  await assert.rejects(reading, (error: Error) => error.name === 'AbortError');
  await leftovers.assertNone();
});

test('a pipeline that is stopped while its workers start leaves none of them', async () => {
  const leftovers = watchLeftovers();
  {
    await using pipe = pipeline([{ fn: work.double, workers: 2 }]);
    await pipe.put(1);
  }
  await leftovers.assertNone();
});

test('a stage that cannot be started stops it and says why', async () => {
  const leftovers = watchLeftovers();
  const missing = remoteModule<typeof import('./modules/work.js')>(new URL('./modules/missing.js', import.meta.url));
  const error: PipelineError = await assert.rejects(
    read(pipeline([{ fn: missing.double, name: 'resize' }]).feed([1])),
    PipelineError,
  );
  assert.match(error.message, /stage 'resize' of the pipeline could not be started: .*missing/);
  assert.is(error.executed, 'no');
  const wrong = work.notAFunction as unknown as typeof work.double;
  await assert.rejects(read(pipeline([{ fn: wrong }]).feed([1])), /fn must name a function/);
  await leftovers.assertNone();
});

function numbers(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i);
}

async function read<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
