/** Arguments of calls that are sent later than they are made. */
import { byReference, byValue, inline, job, pool, spawnThread, transfer, UnserializableError } from 'remoteobj';
import type { Pool, Spawned } from 'remoteobj';
import { assert, test } from '../support/suite.js';
import type * as Modules from './modules/waiting.js';

const module = new URL('./modules/waiting.js', import.meta.url);
const restart = { times: 3, within: 60_000, delay: 1 };

type Place = Pool<typeof Modules> | Spawned<typeof Modules>;

/** Where nothing can be sent to yet. */
const places: [string, () => Promise<Place>][] = [
  ['a pool whose worker is starting', async () => pool<typeof Modules>(module, { size: 1, threaded: true })],
  [
    'the pause of a restart',
    async () => {
      const child = await spawnThread<typeof Modules>(module, { restart });
      await assert.rejects(() => child.remote.exit(1));
      return child;
    },
  ],
];

class Point {
  x = 1;
  readonly list: number[] = [1];
}

for (const [where, place] of places) {
  test(`arguments of a call that waits in ${where} are those that it was made with`, async () => {
    await using there = await place();
    const bytes = new Uint8Array(1);
    const calls = [1, 2, 3].map((n) => {
      bytes[0] = n;
      return there.remote.echo(bytes);
    });
    bytes[0] = 99;
    assert.equal(
      (await Promise.all(calls)).map((got) => (got as Uint8Array)[0]),
      [1, 2, 3],
    );
  });

  test(`what was passed with byReference stays a reference in what waits in ${where}`, async () => {
    await using there = await place();
    const plain = { n: 1 };
    const [first, second] = [there.remote.echo(byReference(plain)), there.remote.echo(plain)];
    assert.is(await first, plain);
    assert.is(await second, plain);
  });

  test(`copies of every kind are taken of what waits in ${where}, whole`, async () => {
    await using there = await place();
    const shared = { n: 1 };
    const pattern = /a/g;
    const sparse: unknown[] = ['a'];
    sparse[2] = 'c';
    const value = {
      list: [shared, shared],
      map: new Map<unknown, unknown>([['k', { n: 1 }]]),
      set: new Set([1]),
      date: new Date(5),
      url: new URL('http://a/'),
      pattern,
      buffer: new Uint8Array([1, 2]).buffer,
      floats: new Float64Array([1.5]),
      node: Buffer.from('a'),
      none: Object.assign(Object.create(null) as object, { n: 1 }),
      sparse,
      point: byValue(new Point()) as { x: number; list: number[] },
      self: undefined as unknown,
    };
    const point = new Point();
    value.point = byValue(point);
    value.self = value;
    const call = there.remote.echo(value);
    shared.n = 2;
    (value.map.get('k') as { n: number }).n = 2;
    value.set.add(2);
    value.date.setTime(6);
    value.url.pathname = '/b';
    pattern.lastIndex = 1;
    new Uint8Array(value.buffer)[0] = 9;
    value.floats[0] = 9;
    value.node[0] = 9;
    Object.assign(value.none, { n: 2 });
    sparse[0] = 'z';
    point.x = 2;
    point.list.push(2);
    const got = (await call) as typeof value;
    assert.is(got.self, got);
    assert.is(got.list[0], got.list[1]);
    assert.equal(got.list[0], { n: 1 });
    assert.equal(got.map, new Map([['k', { n: 1 }]]));
    assert.equal([...got.set], [1]);
    assert.is(got.date.getTime(), 5);
    assert.is(got.url.href, 'http://a/');
    assert.equal([got.pattern.source, got.pattern.flags, got.pattern.lastIndex], ['a', 'g', 0]);
    assert.equal([...new Uint8Array(got.buffer)], [1, 2]);
    assert.instance(got.floats, Float64Array);
    assert.is(got.floats[0], 1.5);
    assert.ok(Buffer.isBuffer(got.node));
    assert.is(got.node.toString(), 'a');
    assert.is(Object.getPrototypeOf(got.none), null);
    assert.equal({ ...got.none }, { n: 1 });
    assert.equal(Object.keys(got.sparse), ['0', '2']);
    assert.is(got.sparse[0], 'a');
    assert.equal({ ...got.point }, { x: 1, list: [1] });
  });

  test(`what goes by reference is itself, though it waits in ${where}`, async () => {
    await using there = await place();
    const data = { n: 1 };
    const point = new Point();
    const controller = new AbortController();
    const iterable = { *[Symbol.iterator]() {} };
    const calls = Promise.all([
      there.remote.echo(point),
      there.remote.areSame(byReference(data), data as never),
      there.remote.areOne([byReference(data), data, data]),
      there.remote.echo(iterable),
      there.remote.echo(inline((n: number) => n + 1)) as PromiseLike<unknown>,
      there.remote.echo(Promise.resolve(7)),
      there.remote.isAborted(controller.signal),
    ]);
    controller.abort();
    const [instance, same, one, iterated, , settled, aborted] = await calls;
    assert.is(instance as unknown, point);
    assert.ok(same);
    assert.ok(one);
    assert.is(iterated as unknown, iterable);
    assert.is(settled, 7);
    assert.ok(aborted);
  });

  test(`a buffer to be moved is moved when its call has waited in ${where}`, async () => {
    await using there = await place();
    const bytes = new Uint8Array([7, 8]);
    const head = { n: 1 };
    const call = there.remote.echo(transfer({ head, bytes }, [bytes.buffer]));
    head.n = 2;
    const got = (await call) as { head: typeof head; bytes: Uint8Array };
    assert.is(got.head.n, 1);
    assert.equal([...got.bytes], [7, 8]);
    assert.is(bytes.byteLength, 0, 'moved');
  });

  test(`a promise that rejects while its call waits in ${where} is told by the call alone`, async () => {
    await using there = await place();
    const one = there.remote.add(Promise.reject(new Error('of the argument')) as never, 1);
    const deep = there.remote.echo([{ deep: Promise.reject(new Error('deep inside')) }]);
    await assert.rejects(one, /of the argument/);
    await assert.rejects(deep, /deep inside/);
  });

  test(`what cannot cross is refused by its call, though that waits in ${where}`, async () => {
    await using there = await place();
    let deep: unknown[] = [];
    for (let i = 0; i < 100_000; i++) deep = [deep];
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const calls = [deep, { inside: Symbol('s') }, Reflect, [new WeakMap()], JSON.parse('{"__proto__":1}') as object];
    const all = calls.map((value) => assert.rejects(there.remote.echo(value), UnserializableError));
    const unreadable = assert.rejects(there.remote.echo(proxy), /Proxy|proxy/);
    await Promise.all([...all, unreadable]);
  });

  test(`the error of a call whose result another is given in ${where} is told once`, async () => {
    const there = await place();
    await assert.rejects(there.remote.add(there.remote.fail('inner') as never, 1), /inner/);
    await assert.rejects(there.remote.add(there.remote.fail('inner, ready') as never, 1), /inner, ready/);
    await assert.rejects(there.remote.echo((there.remote.fail('read') as unknown as { n: number }).n), /read/);
    await there.close(); // which would tell of it
  });
}

test('arguments of a job are those that it was started with, and a promise that rejects meanwhile is told by the job alone', async () => {
  const bytes = new Uint8Array([1]);
  const taking = job(
    inline((given: Uint8Array) => given[0]),
    [bytes],
    { threaded: true },
  );
  bytes[0] = 2;
  assert.is(await taking.result, 1);
  const failing = job(
    inline((n: number) => n),
    [Promise.reject(new Error('of the argument')) as never],
    { threaded: true },
  );
  await assert.rejects(failing.result, /of the argument/);
});
