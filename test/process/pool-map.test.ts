import { inline, remoteModule } from '@remoteobj/core';
import { Except, RemoteDiedError } from '@remoteobj/except';
import { pool, type MapProgress, type Mapping, type Pool } from '@remoteobj/process';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Worker from './modules/worker.js';

const worker = new URL('./modules/worker.js', import.meta.url);

/** A pool of two threads for the time of `use`, of which nothing is left. */
async function withPool(use: (workers: Pool<typeof Worker>) => Promise<void>, size = 2): Promise<void> {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size, threaded: true, restart: { times: 10, delay: 1 } });
  await use(workers);
  await workers.close();
  await left.assertNone();
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Numbers from 0, with a count of those that were read and whether the reading was ended. */
function counted(n: number): { items: AsyncGenerator<number>; read: () => number; ended: () => boolean } {
  let read = 0;
  let ended = false;
  async function* numbers(): AsyncGenerator<number> {
    try {
      for (; read < n; read++) yield read;
    } finally {
      ended = true;
    }
  }
  return { items: numbers(), read: () => read, ended: () => ended };
}

/** A function that waits until it is told which of its calls may go on. */
function held(): { fn: (n: number) => Promise<number>; open: (n: number) => void } {
  const gates = new Map<number, ReturnType<typeof latch>>();
  const gate = (n: number): ReturnType<typeof latch> => {
    const found = gates.get(n) ?? latch();
    gates.set(n, found);
    return found;
  };
  return {
    fn: async (n) => {
      await gate(n).opened;
      return n * 10;
    },
    open: (n) => gate(n).open(),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('map calls functions of the remote, of modules, sent ones and local ones, with item and index', () =>
  withPool(async (workers) => {
    const squares = upTo(50).map((n) => n * n);
    assert.equal(await workers.map(workers.remote.square, upTo(50)), squares);
    assert.equal(await workers.map(remoteModule<typeof Worker>(worker).square, upTo(50)), squares);
    assert.equal(
      await workers.map(
        inline((n: number, i: number) => [n, i]),
        ['a', 'b'] as never,
      ),
      [
        ['a', 0],
        ['b', 1],
      ],
    );
    assert.equal(await workers.map((n: number, i) => workers.remote.square(n + i), [1, 2]), [1, 9]);
    assert.equal(await workers.map(workers.remote.square, []), []);
  }));

test('map takes sync and async iterables, and may be awaited more than once', () =>
  withPool(async (workers) => {
    const mapping = workers.map((n: number) => workers.remote.square(n), counted(5).items);
    assert.equal(await mapping, [0, 1, 4, 9, 16]);
    assert.equal(await mapping, [0, 1, 4, 9, 16]);
    assert.equal(await workers.map((n: number) => workers.remote.square(n), new Set([3, 2])), [9, 4]);
  }));

test('results come in the order of the items, or as they are finished', () =>
  withPool(async (workers) => {
    for (const ordered of [true, false]) {
      const { fn, open } = held();
      const mapping = workers.map(fn, [0, 1, 2], { ordered });
      const seen: number[] = [];
      const reading = (async () => {
        for await (const result of mapping) seen.push(result);
      })();
      for (const n of [2, 0, 1]) {
        open(n);
        await turn();
      }
      await reading;
      assert.equal(seen, ordered ? [0, 10, 20] : [20, 0, 10]);
      const again = held();
      const all = workers.map(again.fn, [0, 1, 2], { ordered });
      for (const n of [2, 0, 1]) {
        again.open(n);
        await turn();
      }
      assert.equal(await all, ordered ? [0, 10, 20] : [20, 0, 10]);
    }
  }));

test('no more items are read than concurrency and the reader allow', () =>
  withPool(async (workers) => {
    const source = counted(1000);
    const { fn, open } = held();
    const mapping = workers.map(fn, source.items, { concurrency: 3 });
    for (let i = 0; i < 10; i++) await turn();
    assert.is(source.read(), 2, 'three are under way: the third is still at its yield');
    for (let n = 0; n < 1000; n++) open(n);
    for (let i = 0; i < 50; i++) await turn();
    assert.ok(source.read() <= 6, `${source.read()} were read, and nobody has taken a result`);
    let count = 0;
    for await (const result of mapping) if (result === count * 10) count++;
    assert.is(count, 1000);
    assert.ok(source.ended());
  }));

test('a slow first item holds back only so many others while results are iterated in order', () =>
  withPool(async (workers) => {
    const source = counted(1000);
    const { fn, open } = held();
    for (let n = 1; n < 1000; n++) open(n);
    const iterator = workers.map(fn, source.items, { concurrency: 4 })[Symbol.asyncIterator]();
    const first = iterator.next();
    for (let i = 0; i < 50; i++) await turn();
    assert.ok(source.read() < 8, `${source.read()} were read`);
    open(0);
    assert.is((await first).value, 0);
    await iterator.return?.();
  }));

test('the first failure rejects with the index of its item, stops handing out, and ends the reading', () =>
  withPool(async (workers) => {
    const source = counted(1000);
    const started: number[] = [];
    const mapping = workers.map(
      (n: number) => {
        started.push(n);
        return workers.remote.failAt(n, 5);
      },
      source.items,
      { concurrency: 2 },
    );
    const error = (await assert.rejects(mapping, RangeError)) as RangeError & { index: number };
    assert.is(error.index, 5);
    assert.is(error.message, 'not 5');
    // The other worker may have been quicker than the error, but from here on nothing is handed out.
    const handedOut = started.length;
    assert.ok(handedOut < 500, `${handedOut} were handed out`);
    for (let i = 0; i < 20; i++) await turn();
    assert.is(started.length, handedOut);
    assert.ok(source.ended());
    assert.is(mapping.errors.size, 1);
  }));

test('a collecting map goes on, records each failure with its index, and leaves undefined', () =>
  withPool(async (workers) => {
    const errors = new Except();
    const seen: MapProgress[] = [];
    const options = { onError: 'collect', errors, onProgress: (progress: MapProgress) => seen.push(progress) } as const;
    const results = await workers.map((n: number) => workers.remote.failAt(n, 2), upTo(4), options);
    assert.equal(results, [0, 1, undefined, 3] as never);
    assert.is(errors.size, 1);
    assert.is((errors.first as RangeError & { index: number }).index, 2);
    assert.equal(seen.at(-1), { done: 3, failed: 1, total: 4 });
    assert.is(seen.length, 4);
    const thrown = workers.map(
      () => {
        throw null;
      },
      [1],
      { onError: 'collect' },
    );
    assert.equal(await thrown, [undefined] as never);
    const wrapped = thrown.errors.first as Error & { index: number };
    assert.equal([wrapped.index, wrapped.cause], [0, null]);
  }));

test('progress tells the total where the items know it', () =>
  withPool(async (workers) => {
    const totals: (number | undefined)[] = [];
    const onProgress = ({ total }: MapProgress): void => void totals.push(total);
    await workers.map((n: number) => workers.remote.square(n), counted(2).items, { concurrency: 1, onProgress });
    assert.equal(totals, [undefined, undefined]);
    await workers.map((n: number) => workers.remote.square(n), [1, 2], { onProgress });
    assert.equal(totals.slice(2), [2, 2]);
    const broken = workers.map((n: number) => n, [1, 2], {
      onProgress: () => {
        throw new RangeError('broken');
      },
    });
    await assert.rejects(broken, /broken/);
  }));

test('progress tells no total where a size or a length is no count of items', () =>
  withPool(async (workers) => {
    const sizes = async (items: Iterable<unknown>): Promise<(number | undefined)[]> => {
      const totals: (number | undefined)[] = [];
      const onProgress = ({ total }: MapProgress): void => void totals.push(total);
      await workers.map((item: unknown) => item, items, { concurrency: 1, onProgress });
      return totals;
    };
    const room = { size: 7, length: 0, [Symbol.iterator]: () => [1, 2][Symbol.iterator]() };
    assert.equal(await sizes(room), [undefined, undefined]);
    assert.equal(await sizes('\u{1F4A9}a'), [undefined, undefined]);
    for (const items of [
      [1, 2],
      new Set([1, 2]),
      new Map([
        [1, 2],
        [3, 4],
      ]),
      new Uint8Array(2),
    ])
      // prettier-ignore
      assert.equal(await sizes(items), [2, 2]);
  }));

test('a signal ends a map and the calls that are under way', () =>
  withPool(async (workers) => {
    const controller = new AbortController();
    const running = latch();
    const call = workers.remote.hang as unknown as (started: () => void) => number;
    const mapping = workers.map(call, [running.open, () => {}], { signal: controller.signal });
    await running.opened;
    controller.abort(new Error('enough'));
    await assert.rejects(mapping, /enough/);
    await workers.drain();
    await assert.rejects(
      workers.map((n: number) => n, [1], { signal: controller.signal }),
      /enough/,
    );
  }));

test('a loop that is left stops handing out and ends the reading', () =>
  withPool(async (workers) => {
    const source = counted(1000);
    for await (const _ of workers.map((n: number) => workers.remote.square(n), source.items)) break;
    for (let i = 0; i < 20; i++) await turn();
    assert.ok(source.ended());
    assert.ok(source.read() < 20);
  }));

test('a map is awaited or iterated, once: whoever comes second hears so', () =>
  withPool(async (workers) => {
    const iterated = /this map was iterated/;
    const collect = async (mapping: AsyncIterable<number>): Promise<number[]> => {
      const all: number[] = [];
      for await (const result of mapping) all.push(result);
      return all;
    };
    const map = (): Mapping<number> => workers.map((n: number) => workers.remote.square(n), [1, 2, 3]);

    const twice = map();
    const loops = await Promise.allSettled([collect(twice), collect(twice)]);
    assert.equal(loops[0], { status: 'fulfilled', value: [1, 4, 9] });
    assert.instance((loops[1] as PromiseRejectedResult).reason, TypeError);
    assert.match(String((loops[1] as PromiseRejectedResult).reason), iterated);

    const left = map();
    for await (const result of left) if (result === 4) break;
    await assert.rejects(left, iterated);
    await assert.rejects(
      left.finally(() => {}),
      iterated,
    );
    await assert.rejects(() => collect(left), iterated);
    assert.is(await left.catch(() => 'heard'), 'heard');

    const read = map();
    const iterator = read[Symbol.asyncIterator]();
    assert.is((await iterator.next()).value, 1);
    await assert.rejects(read, iterated);
    assert.is((await iterator.next()).value, 4, 'whoever came first goes on');

    const awaited = map();
    assert.equal(await awaited, [1, 4, 9]);
    await assert.rejects(() => collect(awaited), /this map was awaited/);
  }));

test('items whose reading fails reject the map, also one that collects', () =>
  withPool(async (workers) => {
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new RangeError('no more items');
    }
    await assert.rejects(
      workers.map((n: number) => n, broken(), { onError: 'collect' }),
      /no more items/,
    );
  }));

test('a map that fails and that nobody awaits is an unhandled rejection', () =>
  withPool(async (workers) => {
    const unheard = nextUnhandledRejection();
    void workers.map(() => workers.remote.fail('nobody hears'), [1]);
    assert.match(String(await unheard), 'nobody hears');
  }));

test('a worker that dies fails its own items; a collecting map goes on with the others', () =>
  withPool(async (workers) => {
    const mapping = workers.map(
      (n: number): unknown => (n === 3 ? workers.remote.exit(1) : workers.remote.square(n)),
      upTo(40),
      { onError: 'collect', concurrency: 2 },
    );
    const results = await mapping;
    const failed = [...mapping.errors].map((error) => error as RemoteDiedError & { index: number });
    assert.ok(failed.some(({ index }) => index === 3));
    assert.ok(failed.length <= 2, 'at most those that were with it');
    for (const error of failed) assert.instance(error, RemoteDiedError);
    for (const [i, result] of results.entries())
      assert.is(result, failed.some(({ index }) => index === i) ? undefined : i * i);
  }));

test('what makes no sense is refused by name', () =>
  withPool(async (workers) => {
    const bad: [object, RegExp][] = [
      [{ concurrency: 0 }, /concurrency/],
      [{ onError: 'ignore' }, /onError/],
      [{ errors: [] }, /errors must be an Except/],
      [{ signal: {} }, /signal/],
      [{ size: 3 }, /no option 'size'/],
      [{ ordered: 1 }, /ordered/],
      [{ onProgress: 1 }, /onProgress/],
    ];
    for (const [options, message] of bad) assert.throws(() => workers.map((n: number) => n, [1], options), message);
    assert.throws(() => workers.map(3 as never, [1]), /fn must be a function/);
    assert.throws(() => workers.map((n: number) => n, 3 as never), /items must be iterable/);
  }));
