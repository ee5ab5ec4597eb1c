import { pipeline, PipelineError, QueueClosedError } from '@remoteobj/concurrent';
import { gate, turn, until } from '../support/pair.js';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';

test('a pipeline that fails and that nobody reads is an unhandled rejection', async () => {
  const told = nextUnhandledRejection();
  pipeline([{ name: 'upload', fn: failAtThree }]).feed([1, 2, 3, 4]);
  const error = (await told) as PipelineError;
  assert.instance(error, PipelineError);
  assert.is(error.stage, 'upload');
  const second = nextUnhandledRejection();
  const pipe = pipeline([{ fn: failAtThree }]);
  for (const n of [1, 2, 3]) await pipe.put(n); // none of them hears of it
  assert.is(((await second) as PipelineError).index, 2);
  const third = nextUnhandledRejection();
  pipeline([{ fn: same }]).feed(failing());
  assert.match(String(await third), /no source/);
  const { opened, fail } = gate();
  const closed = pipeline([{ fn: () => opened }]);
  await closed.put(1);
  closed.close();
  await assert.rejects(closed.put(2), QueueClosedError); // that is something else
  const fourth = nextUnhandledRejection();
  fail(new RangeError('late'));
  assert.match(String(await fourth), /late/);
});

test('a failure is told once: to a reader, to whoever puts or drains; stopping is none', async () => {
  const read = pipeline([{ fn: failAtThree }]).feed([3]);
  await assert.rejects(read[Symbol.asyncIterator]().next(), PipelineError);
  const drained = pipeline([{ fn: failAtThree }]).feed([1, 2, 3]);
  await assert.rejects(drained.drain(), PipelineError);
  const put = pipeline([{ fn: failAtThree }]);
  await put.put(3);
  await turn();
  await assert.rejects(put.put(4), PipelineError);
  await pipeline([{ fn: same }])
    .feed([1])
    .stop();
  const controller = new AbortController();
  pipeline([{ fn: same }], { signal: controller.signal }).feed([1]);
  controller.abort();
  // What was not told is raised later than this one, which nobody reads.
  const told = nextUnhandledRejection();
  pipeline([{ name: 'last', fn: failAtThree }]).feed([3]);
  assert.is(((await told) as PipelineError).stage, 'last');
});

test('drain reads everything and drops it', async () => {
  let worked = 0;
  const pipe = pipeline([{ fn: () => ++worked }]);
  await pipe.feed(Array.from({ length: 100 }, (_, i) => i)).drain();
  assert.is(worked, 100);
  assert.is(pipe.stats().read, 100);
  await pipe.drain();
});

test('a source is told once and at once when the loop is left, also while it waits for its next item', async () => {
  for (const waits of [true, false]) {
    let returned = 0;
    const { opened, open } = gate<IteratorResult<number>>();
    let asked = 0;
    const source = {
      next: () => (waits && asked++ > 0 ? opened : Promise.resolve({ done: false, value: 1 } as const)),
      return: async () => {
        returned++;
        open({ done: true, value: undefined });
        return { done: true, value: undefined } as const;
      },
    };
    const pipe = pipeline([{ fn: same }]).feed({ [Symbol.asyncIterator]: () => source });
    for await (const _ of pipe) break;
    assert.is(returned, 1);
    await turn();
    assert.is(returned, 1);
  }
});

test('a generator that stops the pipeline itself runs its clean-up', async () => {
  let closed = 0;
  function* source(): Generator<number> {
    try {
      yield 1;
      void pipe.stop();
      yield 2;
    } finally {
      closed++;
    }
  }
  const pipe = pipeline([{ fn: same }]);
  pipe.feed(source());
  await until(() => closed === 1);
  await assert.rejects(pipe.put(1), QueueClosedError);
});

test('a pipeline is fed once, by something that can be iterated', async () => {
  const pipe = pipeline([{ fn: same }]);
  assert.throws(() => pipe.feed(5 as unknown as number[]), /feed takes what can be iterated.* not number/);
  assert.throws(() => pipe.feed(null as unknown as number[]), /not null/);
  pipe.feed([1, 2]);
  assert.throws(() => pipe.feed([3]), /fed already/);
  const results: number[] = [];
  for await (const n of pipe) results.push(n);
  assert.equal(results, [1, 2]);
});

test('results that are given up before the first one, or while one is awaited, stop it', async () => {
  const leftovers = watchLeftovers();
  const pipe = pipeline([{ fn: same }]);
  const results = pipe[Symbol.asyncIterator]();
  await results.return?.();
  await assert.rejects(pipe.put(1), QueueClosedError);
  assert.is((await results.next()).done, true);
  const waiting = pipeline([{ fn: same }]);
  const reading = waiting[Symbol.asyncIterator]();
  const next = reading.next();
  await reading.return?.();
  assert.is((await next).done, true);
  await assert.rejects(waiting.put(1), QueueClosedError);
  await leftovers.assertNone();
});

test('on a terminal the line fits it, and ends when the pipeline does', async () => {
  const { stderr } = process;
  const before = { isTTY: stderr.isTTY, columns: stderr.columns, write: stderr.write };
  let written = '';
  const write = (text: string): boolean => {
    written += text;
    return true;
  };
  Object.assign(stderr, { isTTY: true, columns: 20, write });
  try {
    const pipe = pipeline([{ fn: same, name: 'a-rather-long-name' }]);
    pipe.show();
    await pipe.feed([1, 2]).drain();
    await turn();
  } finally {
    Object.assign(stderr, before);
  }
  assert.is(written, '\r\u001B[2K0 put → a-rather-lo\r\u001B[2K2 put → a-rather-lo\n');
});

function same(n: number): number {
  return n;
}

function failAtThree(n: number): number {
  if (n === 3) throw new RangeError('three is too many');
  return n;
}

function* failing(): Generator<number> {
  yield 1;
  throw new RangeError('no source');
}
