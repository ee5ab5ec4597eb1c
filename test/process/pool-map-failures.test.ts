import { inline, remoteModule } from '@remoteobj/core';
import { Except, RemoteDiedError } from '@remoteobj/except';
import { pool, type Mapping, type Pool, type PoolWorkerStats } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Worker from './modules/worker.js';
import { throwOdd } from './modules/worker.js';

const worker = new URL('./modules/worker.js', import.meta.url);

type Failure = Error & { index: number; remote?: { name: string; pid: number } };

async function withPool(threaded: boolean, use: (workers: Pool<typeof Worker>) => Promise<void>): Promise<void> {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 1, threaded, restart: { times: 10, delay: 1 } });
  await use(workers);
  await workers.close();
  await left.assertNone();
}

for (const kind of ['no prototype', 'no text', 'own index', 'frozen'] as const) {
  test(`a map whose function throws something odd (${kind}), here or there, fails with the index of the item`, () =>
    withPool(true, async (workers) => {
      for (const fn of [throwOdd, workers.remote.throwOdd] as ((item: typeof kind) => never)[]) {
        const mapping = workers.map(fn, [kind, kind]);
        const failure = (await assert.rejects(mapping, Error)) as Failure;
        assert.is(failure.index, 0);
        assert.is(mapping.errors.first, failure);
        const collecting = workers.map(fn, [kind, kind], { onError: 'collect' });
        assert.equal(await collecting, [undefined, undefined] as never);
        const indices = new Set(collecting.errors.byTime().map((error) => (error as Failure).index));
        assert.equal(indices, new Set([0, 1]));
      }
    }));
}

test('what is no error, or takes no index, is the cause of an error that tells of it', () =>
  withPool(true, async (workers) => {
    const thrown: [unknown, string][] = [
      ['a text', 'item 0 failed: "a text"'],
      [null, 'item 0 failed: null'],
      [Symbol('s'), 'item 0 failed: Symbol(s)'],
      [Object.create(null), 'item 0 failed: an object that is no error'],
      [Object.freeze(new RangeError('cold')), 'item 0 failed: RangeError: cold'],
      [Proxy.revocable({}, {}).proxy, 'item 0 failed: an object that is no error'],
    ];
    for (const [value, message] of thrown) {
      const mapping = workers.map(() => {
        throw value;
      }, [1]);
      const failure = (await assert.rejects(mapping, Error)) as Failure;
      assert.is(failure.message, message);
      assert.is(failure.cause, value);
    }
  }));

test('what the function of a map records in the Except of the map, and throws on, counts once for each item', () =>
  withPool(true, async (workers) => {
    const records = (given: Except): unknown =>
      given.run('inside', () => {
        throw new TypeError('recorded');
      });
    for (const fn of [records, inline(records)]) {
      const errors = new Except();
      await workers.map(fn as never, [errors, errors], { onError: 'collect', errors });
      assert.equal(errors.names, ['inside']);
      assert.is(errors.size, 2);
      assert.equal(new Set(errors.byTime().map((error) => (error as Failure).index)), new Set([0, 1]));
    }
    const errors = new Except();
    const same = new RangeError('the same');
    const fails = (): never => {
      throw same;
    };
    await workers.map(fails, [1, 2], { onError: 'collect', errors });
    assert.equal(errors.byTime(), [same, same]);
  }));

for (const threaded of [false, true]) {
  test(`failures of a map say which ${threaded ? 'thread' : 'process'} they come from, however its function is named`, () =>
    withPool(threaded, async (workers) => {
      const counter = await new workers.remote.Counter(1);
      const { name, pid = process.pid } = workers.stats().workers[0] as PoolWorkerStats;
      const maps: [string, Mapping<unknown>][] = [
        ['remote', workers.map(workers.remote.failAt, [0, 0], { onError: 'collect' })],
        ['module', workers.map(remoteModule<typeof Worker>(worker).failAt, [0], { onError: 'collect' })],
        [
          'inline',
          workers.map(
            inline(() => {
              throw new Error('inline');
            }),
            [0],
            { onError: 'collect' },
          ),
        ],
        ['object', workers.map((counter as never as { missing(): never }).missing, [0], { onError: 'collect' })],
      ];
      for (const [how, mapping] of maps) {
        await mapping;
        const failure = mapping.errors.first as Failure;
        assert.equal(failure.remote, { name, pid }, how);
        assert.equal(mapping.errors.records()[0]?.origin, { name, pid }, how);
        assert.not(Object.keys(failure).includes('remote'), how);
        assert.match(String(mapping.errors), `${name} (pid ${pid})`);
      }
      const here = workers.map(
        () => {
          throw new Error('here');
        },
        [0],
        { onError: 'collect' },
      );
      await here;
      assert.is((here.errors.first as Failure).remote, undefined);
      assert.is(here.errors.records()[0]?.origin, undefined);
    }));
}

test('items of a worker that dies name that one, not the one that follows', () =>
  withPool(false, async (workers) => {
    const [first, second] = [workers.map(workers.remote.exit, [1]), workers.map(workers.remote.exit, [1, 1])];
    for (const mapping of [first, second]) await assert.rejects(mapping, RemoteDiedError);
    const died = first.errors.first as Failure;
    assert.type(died.remote?.pid, 'number');
    assert.is(died.remote?.pid, first.errors.records()[0]?.origin?.pid);
    assert.is.not(await workers.remote.where(), `${died.remote?.pid}/0`);
  }));
