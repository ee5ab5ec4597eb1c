import { pipeline, PipelineError, QueueClosedError } from '@remoteobj/concurrent';
import { inline } from '@remoteobj/core';
import { Except } from '@remoteobj/except';
import { local } from '@remoteobj/transport';
import { gate, turn, until } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

test('items go through the stages, whatever they are put with', async () => {
  const pipe = pipeline([{ fn: (n: number) => n + 1 }, { fn: async (n: number) => `#${n}`, name: 'print' }]);
  const results = read(pipe);
  for (let i = 0; i < 5; i++) await pipe.put(i);
  pipe.close();
  assert.equal(await results, ['#1', '#2', '#3', '#4', '#5']);
  assert.equal(await read(pipeline([{ fn: (text: string) => text.length }]).feed(['a', 'bb'])), [1, 2]);
});

test('undefined and promises are items like any other', async () => {
  const pipe = pipeline([{ fn: (item: unknown) => item }]);
  assert.equal(await read(pipe.feed([undefined, null, Promise.resolve(1)])), [undefined, null, 1]);
});

test('put waits for room, stage by stage', async () => {
  const held = gate();
  const pipe = pipeline([{ fn: (n: number) => held.opened.then(() => n), workers: 2, queueSize: 3 }]);
  let put = 0;
  const putting = (async () => {
    for (let i = 0; i < 20; i++) await pipe.put(i).then(() => put++);
    pipe.close();
  })();
  await turn();
  assert.is(put, 5, 'two are worked on, three wait');
  assert.equal(pipe.stats(), {
    stages: [{ name: 0, queued: 3, queueSize: 3, running: 2, workers: 2, done: 0, failed: 0 }],
    put: 6,
    waiting: 0,
    read: 0,
  });
  assert.is(String(pipe), '6 put → 0: 3/3 wait, 2/2 run, 0 done → 0 wait, 0 read');
  held.open();
  assert.is((await read(pipe)).length, 20);
  await putting;
});

test('with a slow last stage, or without a reader, only so many items are under way', async () => {
  for (const ordered of [false, true]) {
    const held = gate();
    const slow = pipeline(
      [
        { fn: same, queueSize: 2 },
        { fn: (n: number) => held.opened.then(() => n), queueSize: 2 },
      ],
      {
        ordered,
      },
    );
    let taken = 0;
    slow.feed(counted(1000, () => taken++));
    for (let i = 0; i < 10; i++) await turn();
    assert.ok(taken <= 10, `${taken} were taken`);
    held.open();
    for (let i = 0; i < 10; i++) await turn();
    assert.ok(taken <= 20, `${taken} were taken and nobody reads`);
    assert.is((await read(slow)).length, 1000);
  }
});

test('results come as they are finished, or in the order of the items', async () => {
  for (const ordered of [false, true]) {
    const gates = [gate(), gate(), gate()];
    const pipe = pipeline([{ fn: (n: number) => gates[n]?.opened.then(() => n), workers: 3 }], { ordered });
    const results = read(pipe.feed([0, 1, 2]));
    for (const n of [2, 0, 1]) {
      gates[n]?.open();
      await turn();
    }
    assert.equal(await results, ordered ? [0, 1, 2] : [2, 0, 1]);
  }
});

test('100,000 items pass three stages of two workers: none is lost, none comes twice', async () => {
  for (const ordered of [false, true]) {
    const pipe = pipeline(
      [
        { fn: (n: number) => n, workers: 2 },
        { fn: async (n: number) => n * 2, workers: 2 },
        { fn: (n: number) => n + 1, workers: 2 },
      ],
      { ordered },
    );
    const seen = new Uint8Array(100_000);
    let last = -1;
    let inOrder = true;
    for await (const result of pipe.feed(counted(100_000))) {
      const item = (result - 1) / 2;
      seen[item] = (seen[item] as number) + 1;
      inOrder &&= item > last;
      last = item;
    }
    assert.ok(seen.every((times) => times === 1));
    if (ordered) assert.ok(inOrder);
  }
});

test('with a slow last stage 100,000 items of a kilobyte take no more memory than those under way', async () => {
  const pipe = pipeline([
    { fn: (n: number) => ({ n, bytes: new Array<number>(128).fill(n) }), workers: 2 },
    { fn: async (item: { readonly n: number }) => item, workers: 2 },
    { fn: (item: { readonly n: number }) => turnEach(item), workers: 2 },
  ]);
  const held: number[] = [];
  let read = 0;
  for await (const _ of pipe.feed(counted(100_000, () => {}))) {
    if (++read % 20_000 !== 0) continue;
    globalThis.gc?.();
    held.push(process.memoryUsage().heapUsed);
  }
  assert.is(held.length, 5);
  const grown = Math.max(...held) - (held[0] as number);
  assert.ok(grown < 10e6, `it grew by ${Math.round(grown / 1e6)} MB; all items would take more than 100`);
});

test('the first error stops it, and names stage and item', async () => {
  const errors = new Except();
  const pipe = pipeline([{ fn: same }, { fn: failAtThree, name: 'check' }], { errors });
  const results: number[] = [];
  const error: PipelineError = await assert.rejects(async () => {
    for await (const n of pipe.feed(counted(1000))) results.push(n);
  }, PipelineError);
  assert.equal(results, [0, 1, 2]);
  assert.is(error.stage, 'check');
  assert.is(error.item, 3);
  assert.is(error.index, 3);
  assert.ok(error.cause instanceof RangeError);
  assert.is(error.message, "stage 'check' of the pipeline failed on item 3: three is too many");
  assert.equal(errors.group('check'), [error]);
  assert.is(await assert.rejects(pipe.put(5)), error);
});

test('a put that waits when it stops rejects with the same error', async () => {
  for (const ordered of [false, true]) {
    const held = gate();
    const pipe = pipeline([{ fn: () => held.opened, queueSize: 1 }], { ordered });
    const puts = counted(10).map((i) => pipe.put(i));
    await turn();
    held.fail(new RangeError('no more'));
    const error: PipelineError = await assert.rejects(read(pipe), PipelineError);
    assert.is(error.stage, 0);
    const settled = await Promise.allSettled(puts);
    assert.ok(settled.slice(4).every((put) => put.status === 'rejected' && put.reason === error));
  }
});

test('collected errors are in the group of their stage, and the other items go on', async () => {
  for (const ordered of [false, true]) {
    const errors = new Except();
    const pipe = pipeline([{ fn: failAtThree, name: 'check', workers: 2 }, { fn: same }], {
      onError: 'collect',
      errors,
      ordered,
    });
    const results = await read(pipe.feed([1, 2, 3, 4, 3, 5]));
    assert.equal(new Set(results), new Set([1, 2, 4, 5]));
    assert.equal(
      errors.group('check').map((error) => (error as PipelineError).index),
      [2, 4],
    );
    assert.is(pipe.stats().stages[0]?.failed, 2);
    assert.is(pipe.errors, errors);
  }
});

test('a signal stops it: its reason is what readers and putters get', async () => {
  const controller = new AbortController();
  const held = gate();
  const pipe = pipeline([{ fn: () => held.opened, queueSize: 1 }], { signal: controller.signal });
  const puts = Promise.allSettled(counted(4).map((i) => pipe.put(i)));
  const reading = read(pipe);
  await turn();
  const reason = new Error('enough');
  controller.abort(reason);
  assert.is(await assert.rejects(reading), reason);
  assert.is((await puts).filter((put) => put.status === 'rejected').length, 2);
  assert.is(await assert.rejects(pipe.put(5)), reason);
  assert.is(await assert.rejects(read(pipeline([{ fn: same }], { signal: controller.signal }))), reason);
});

test('quick functions that run here let the event loop turn', async () => {
  const controller = new AbortController();
  const pipe = pipeline([{ fn: (n: number) => n, workers: 2 }, { fn: async (n: number) => n }], {
    signal: controller.signal,
  });
  const numbers = Array.from({ length: 500_000 }, (_, n) => n); // far more than pass in 10 ms
  setTimeout(() => controller.abort('cancelled'), 1);
  assert.is(await assert.rejects(pipe.feed(numbers).drain()), 'cancelled');
});

test('nothing is run that was not begun when it was stopped', async () => {
  let stopped = false;
  const late: number[] = [];
  const work = (n: number): number => {
    if (stopped) late.push(n);
    for (const end = performance.now() + 1; performance.now() < end;);
    return n;
  };
  const pipe = pipeline([{ fn: work, workers: 4 }]);
  const draining = pipe.feed(Array.from({ length: 10_000 }, (_, n) => n)).drain();
  setTimeout(() => void pipe.stop().then(() => (stopped = true)), 50);
  await draining.catch(() => {});
  await until(() => stopped);
  await new Promise((resolve) => setTimeout(resolve, 50)); // nothing more is to come
  assert.equal(late, []);
});

test('a loop that is left stops it; its source is told', async () => {
  let closed = false;
  function* source(): Generator<number> {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      closed = true;
    }
  }
  const pipe = pipeline([{ fn: same }]);
  for await (const n of pipe.feed(source())) if (n === 5) break;
  await until(() => closed);
  await assert.rejects(pipe.put(1), QueueClosedError);
});

test('a source that fails stops it with its own error', async () => {
  function* source(): Generator<number> {
    yield 1;
    throw new RangeError('no source');
  }
  await assert.rejects(read(pipeline([{ fn: same }]).feed(source())), /no source/);
});

test('after close nothing more can be put, and what waited for room gets in', async () => {
  for (const ordered of [false, true]) {
    const pipe = pipeline([{ fn: same, queueSize: 1 }], { ordered });
    const puts = Promise.all(counted(20).map((i) => pipe.put(i)));
    pipe.close();
    pipe.close();
    await assert.rejects(pipe.put(9), /the pipeline was closed/);
    assert.equal(await read(pipe), counted(20));
    await puts;
  }
});

test('a stage may call a remote function; it has no this', async () => {
  const remote = local({ double: (n: number) => n * 2 });
  assert.equal(await read(pipeline([{ fn: remote.double }]).feed([1, 2])), [2, 4]);
  function self(this: unknown): unknown {
    return this;
  }
  assert.equal(await read(pipeline([{ fn: self }]).feed([1])), [undefined]);
});

test('stages and options that make no sense are refused, with what there is', () => {
  const wrong = (stages: unknown, options: unknown, message: RegExp): void =>
    assert.throws(() => pipeline(stages as [{ fn: () => void }], options as object), message);
  wrong([], {}, /list of stages/);
  wrong([{ fn: 5 }], {}, /stage 0: fn must be a function, not number/);
  wrong([{ fn: same, name: 'a', workers: 0 }], {}, /stage 'a': workers must be a whole number from 1, not 0/);
  wrong([{ fn: same, queueSize: 1.5 }], {}, /queueSize must be a whole number from 1/);
  wrong([{ fn: same, worker: 2 }], {}, /there is no option 'worker'; there are fn, name, workers/);
  wrong([{ fn: same, strategy: 'there' }], {}, /strategy must be one of here, thread, process/);
  wrong([{ fn: same, strategy: 'thread' }], {}, /remoteModule\(url\)/);
  wrong([{ fn: inline(same), strategy: 'here' }], {}, /use 'process' or 'thread'/);
  wrong(
    [
      { fn: same, name: 'a' },
      { fn: same, name: 'a' },
    ],
    {},
    /two stages are called 'a'/,
  );
  wrong([{ fn: same }], { onError: 'ignore' }, /onError must be 'stop' or 'collect'/);
  wrong([{ fn: same }], { signal: {} }, /AbortSignal/);
  wrong([{ fn: same }], { errors: [] }, /errors must be an Except/);
  wrong([{ fn: same }], { order: true }, /there is no option 'order'/);
});

test('show writes what it is doing, at once and at the end', async () => {
  const leftovers = watchLeftovers();
  const lines: string[] = [];
  const pipe = pipeline([{ fn: same, name: 'check' }]);
  const write = (line: string): void => void lines.push(line);
  pipe.show({ every: 1_000_000, write });
  pipe.show({ every: 1_000_000, write: () => lines.push('too late') })[Symbol.dispose]();
  lines.pop();
  await read(pipe.feed([1, 2]));
  assert.equal(lines, [
    '0 put → check: 0/16 wait, 0/1 run, 0 done → 0 wait, 0 read',
    '2 put → check: 0/16 wait, 0/1 run, 2 done → 0 wait, 2 read',
  ]);
  assert.throws(() => pipe.show({ every: 0 }), RangeError);
  await leftovers.assertNone();
});

test('nothing is left of a pipeline that was stopped while it waited', async () => {
  const leftovers = watchLeftovers();
  const held = gate();
  {
    await using pipe = pipeline([{ fn: () => held.opened }]);
    await pipe.put(1);
  }
  await leftovers.assertNone();
});

function same(n: number): number {
  return n;
}

function failAtThree(n: number): number {
  if (n === 3) throw new RangeError('three is too many');
  return n;
}

/** Takes a turn of the event loop for each item. */
function turnEach<T>(item: T): Promise<T> {
  return new Promise((resolve) => setImmediate(resolve, item));
}

/** The numbers below `end`; `taken` is called for each. */
function counted(end: number): number[];
function counted(end: number, taken: () => void): Iterable<number>;
function counted(end: number, taken?: () => void): Iterable<number> {
  if (taken === undefined) return Array.from({ length: end }, (_, i) => i);
  return (function* () {
    for (let i = 0; i < end; i++) {
      taken();
      yield i;
    }
  })();
}

async function read<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
