import { existsSync } from 'node:fs';
import { isRemote, lazy, release, remoteModule, withOptions } from '@remoteobj/core';
import {
  ConnectionClosedError,
  RemoteDiedError,
  StaleReferenceError,
  SupervisorGaveUp,
  TimeoutError,
} from '@remoteobj/except';
import { pool, type Pool } from '@remoteobj/process';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Worker from './modules/worker.js';
import { withModule } from './temporary.js';

const worker = new URL('./modules/worker.js', import.meta.url);
const restart = { times: 10, delay: 1 };

/** Lets `count` calls be under way at the same time, each on whatever worker it came to; gives where they met. */
async function meet(workers: Pool<typeof Worker>, count: number): Promise<string[]> {
  const all = latch();
  let arrived = 0;
  const arrive = (): Promise<void> => {
    if (++arrived === count) all.open();
    return all.opened;
  };
  return Promise.all(Array.from({ length: count }, () => workers.remote.meet(arrive)));
}

/** Resolves when no worker is about to start. */
async function allReady(workers: Pool<typeof Worker>): Promise<void> {
  while (workers.stats().workers.some(({ state }) => state !== 'ready'))
    await new Promise((resolve) => setTimeout(resolve, 1));
}

for (const threaded of [false, true]) {
  const kind = threaded ? 'threads' : 'processes';

  test(`a pool of ${kind} starts as many workers as its calls need, and gives each its share`, async () => {
    const left = watchLeftovers();
    const workers = pool<typeof Worker>(worker, { size: 3, threaded });
    assert.is(workers.stats().workers.length, 0, 'none before the first call');
    assert.is(await workers.remote.square(3), 9);
    assert.is(workers.stats().workers.length, 1);
    for (let i = 0; i < 10; i++) await workers.remote.square(i);
    assert.is(workers.stats().workers.length, 1, 'one that is idle takes the next');
    const met = await meet(workers, 6);
    assert.is(new Set(met).size, 3);
    for (const where of new Set(met)) assert.is(met.filter((other) => other === where).length, 2);
    const { size, started, open, waiting } = workers.stats();
    assert.equal({ size, started, open, waiting }, { size: 3, started: 3, open: 0, waiting: 0 });
    await workers.close();
    await left.assertNone();
  });

  test(`what a worker among ${kind} gives stays on it: chains, and arguments at any depth`, async () => {
    await using workers = pool<typeof Worker>(worker, { size: 2, threaded });
    await meet(workers, 2);
    const counters = await Promise.all([new workers.remote.Counter(1), new workers.remote.Counter(2)]);
    assert.equal(await Promise.all(counters.map((counter) => counter.add(1).add(1).count)), [3, 4]);
    assert.is(await counters[0].add(1), counters[0]);
    const holder = await new workers.remote.Holder({ held: counters[0] as never });
    assert.ok(isRemote(holder));
    assert.is(await new workers.remote.Counter(5).add(1).count, 6, 'one chain is one message');
  });

  test(`a call on a worker among ${kind} may be extended before it is awaited, and runs once`, async () => {
    await using workers = pool<typeof Worker>(worker, { size: 1, threaded });
    const call = workers.remote.make(5); // also before there is a worker
    const [first, second] = await Promise.all([call.count, call.add(2).count]);
    assert.equal([first, second], [7, 7], 'calls are sent as they are made, attributes when they are awaited');
    assert.is(await workers.remote.makes, 1);
    assert.is(await (await call).count, 7);
    assert.is(await workers.remote.makes, 1);
  });

  test(`a worker among ${kind} that dies fails its own calls, is replaced, and the others go on`, async () => {
    const left = watchLeftovers();
    const workers = pool<typeof Worker>(worker, { size: 2, threaded, restart });
    const gate = latch();
    const safe = workers.remote.later('safe', () => gate.opened);
    await meet(workers, 2);
    const [busy, other] = [
      workers.stats().workers.find(({ running }) => running > 0),
      workers.stats().workers.find(({ running }) => running === 0),
    ];
    assert.ok(busy && other);
    const counter = await new workers.remote.Counter(1); // on the other
    const error = (await assert.rejects(() => workers.remote.exit(1), RemoteDiedError)) as RemoteDiedError;
    assert.is(error.executed, 'unknown');
    await assert.rejects(() => counter.add(1), StaleReferenceError);
    await allReady(workers);
    assert.is(new Set(await meet(workers, 3)).size, 2, 'two workers again');
    gate.open();
    assert.is(await safe, 'safe');
    assert.is(workers.stats().started, 3);
    await workers.close();
    await left.assertNone();
  });
}

test('a pool whose workers die more often than allowed goes on with what is left, then gives up', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 2, threaded: true, restart: { times: 1, delay: 1 } });
  await meet(workers, 2);
  await assert.rejects(() => workers.remote.exit(1), RemoteDiedError);
  await meet(workers, 2);
  await assert.rejects(() => workers.remote.exit(1), RemoteDiedError);
  assert.is(await workers.remote.square(5), 25, 'one is left');
  await assert.rejects(() => workers.remote.exit(1), RemoteDiedError);
  const error = (await assert.rejects(() => workers.remote.square(5), SupervisorGaveUp)) as SupervisorGaveUp;
  assert.is(error.executed, 'no');
  assert.is(await withOptions(workers.remote.square, { default: 0 })(5), 0);
  await workers.close();
  await left.assertNone();
});

test('a module that cannot be imported is told by the calls, also by those that follow', async () => {
  const left = watchLeftovers();
  await withModule('broken.mjs', 'throw new Error("broken module");', async (url) => {
    const workers = pool<{ f(): number }>(url, { size: 2, stdio: 'ignore' });
    for (let i = 0; i < 2; i++) {
      const error = (await assert.rejects(() => workers.remote.f(), SupervisorGaveUp)) as SupervisorGaveUp;
      assert.match(error.message, 'broken module');
    }
    await workers.close();
  });
  await left.assertNone();
});

test('a pinned key stays with its worker, also when it has no worker yet; keys are spread', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 4, threaded: true });
  const first = await workers.pin('a').where();
  await meet(workers, 4);
  for (let i = 0; i < 5; i++) assert.is(await workers.pin('a').where(), first);
  const used = await Promise.all(Array.from({ length: 40 }, (_, key) => workers.pin(key).where()));
  assert.is(new Set(used).size, 4);
  assert.throws(() => workers.pin({} as never), /must be a string or a number/);
});

test('broadcast runs a call once on every worker, and starts those that were not', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 3, threaded: true });
  const named = remoteModule<typeof Worker>(worker);
  const places = await workers.broadcast<string>(lazy(workers.remote.where)());
  assert.is(new Set(places).size, 3);
  assert.equal((await workers.broadcast<string>(named.where() as never)).sort(), [...places].sort());
  const calls = await Promise.all(
    places.map((_, key) => workers.broadcast<number>(lazy(workers.remote.callsSoFar)()).then((all) => all[key])),
  );
  assert.equal(calls, [2, 2, 2]);
  await assert.rejects(() => workers.broadcast(workers.remote.where() as never), /lazy/);
  await assert.rejects(() => workers.broadcast(7 as never), /lazy/);
});

test('a pool may grow and shrink; those that are too many finish first', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 1, threaded: true });
  await meet(workers, 2);
  assert.is(workers.stats().workers.length, 1);
  await workers.resize(3);
  assert.is(new Set(await meet(workers, 3)).size, 3);
  const gate = latch();
  const slow = Array.from({ length: 3 }, (_, i) => workers.remote.later(i, () => gate.opened));
  await workers.remote.square(1);
  const shrunk = workers.resize(1);
  gate.open();
  assert.equal(await Promise.all(slow), [0, 1, 2]);
  await shrunk;
  assert.is(workers.stats().workers.length, 1);
  await assert.rejects(() => workers.resize(0), /whole number from 1/);
  await workers.close();
  await left.assertNone();
});

test('a broadcast does not bring back workers that a resize takes away, and says that they are gone', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 3 });
  const told = assert.rejects(workers.broadcast(lazy(workers.remote.where)()), ConnectionClosedError);
  const shrunk = workers.resize(1);
  const error = (await told) as ConnectionClosedError;
  assert.match(error.message, 'taken away by resize(1)');
  assert.is(error.executed, 'no');
  await shrunk;
  assert.is(workers.size, 1);
  assert.is(workers.stats().workers.length, 1);
  await workers.close();
  await left.assertNone();
});

test('idle workers end after their time, unless something of them is held here', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 2, threaded: true, idleTimeout: 20 });
  const [counter] = [await new workers.remote.Counter(3), await meet(workers, 2)];
  while (workers.stats().workers.length > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.is(await counter.count, 3);
  release(counter);
  while (workers.stats().workers.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.is(await workers.remote.square(4), 16, 'and start again when they are needed');
  await workers.close();
  await left.assertNone();
});

test('drain waits for what is open; close lets it finish and takes nothing more', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 2, threaded: true });
  await workers.drain();
  const gate = latch();
  const calls = Array.from({ length: 4 }, (_, i) => workers.remote.later(i, () => gate.opened)); // no worker is there yet
  let drained = false;
  const draining = workers.drain().then(() => (drained = true));
  const closed = workers.close();
  assert.is(workers.close(), closed);
  const error = (await assert.rejects(() => workers.remote.square(2), ConnectionClosedError)) as ConnectionClosedError;
  assert.is(error.executed, 'no');
  const refused = [
    () => workers.broadcast<string>(lazy(workers.remote.where)()),
    () => workers.pin('a').where(),
    () => workers.map(workers.remote.square, [1]),
  ];
  for (const call of refused) await assert.rejects(call, /the pool was closed/);
  assert.not(drained);
  gate.open();
  assert.equal(await Promise.all(calls), [0, 1, 2, 3]);
  await draining;
  await closed;
  for (const call of refused) await assert.rejects(call, ConnectionClosedError);
  await left.assertNone();
});

test('close ends calls that never end when its time is up', async () => {
  const left = watchLeftovers();
  const workers = pool<typeof Worker>(worker, { size: 2 });
  const running = latch();
  const hanging = assert.rejects(() => workers.remote.hang(running.open), RemoteDiedError);
  await running.opened;
  await workers.close({ timeout: 30 });
  await hanging;
  await left.assertNone();
});

test('a pool that was never used closes, and one that starts closes too', async () => {
  const left = watchLeftovers();
  await pool<typeof Worker>(worker, { size: 2 }).close();
  const workers = pool<typeof Worker>(worker, { size: 2 });
  const call = workers.remote.square(3);
  const closed = workers.close();
  assert.is(await call, 9);
  await closed;
  await left.assertNone();
});

test('a call that waits for a worker keeps its time limit and its signal, and is then not run', async () => {
  const source = `
    import { writeFileSync } from 'node:fs';
    writeFileSync(new URL('begun', import.meta.url), '');
    await new Promise((go) => setTimeout(go, 600_000));
  `;
  await withModule('slow.mjs', source, async (url) => {
    const left = watchLeftovers();
    const workers = pool<typeof Worker>(url, { size: 1, threaded: true });
    const controller = new AbortController();
    const aborted = assert.rejects(
      () => withOptions(workers.remote.square, { signal: controller.signal })(2),
      /enough/,
    );
    const late = await assert.rejects(() => withOptions(workers.remote.square, { timeout: 20 })(2), TimeoutError);
    assert.is((late as TimeoutError).executed, 'no');
    controller.abort(new Error('enough'));
    await aborted;
    // Node leaves the file open that a thread is just loading when it is terminated.
    while (!existsSync(new URL('begun', url))) await new Promise((resolve) => setTimeout(resolve, 5));
    await workers.close();
    await left.assertNone();
  });
});

test('iteration over what a pool gives belongs to one worker, and leaving it is told there', async () => {
  await using workers = pool<typeof Worker>(worker, { size: 2, threaded: true });
  const seen: number[] = [];
  for await (const n of workers.remote.countTo(1_000_000)) {
    seen.push(n);
    if (n === 3) break;
  }
  assert.equal(seen, [1, 2, 3]);
  await workers.drain();
  const fresh = pool<typeof Worker>(worker, { size: 1, threaded: true });
  const listed: number[] = [];
  for await (const n of fresh.remote.numbers) listed.push(n as number); // waits for the worker
  assert.equal(listed, [1, 2, 3]);
  await fresh.close();
});

test('an error that nobody awaited is told by close, or is an unhandled rejection', async () => {
  const workers = pool<typeof Worker>(worker, { size: 1, threaded: true });
  const unheard = nextUnhandledRejection();
  void workers.remote.fail('nobody hears');
  assert.match(String(await unheard), 'nobody hears');
  void workers.remote.fail('close hears');
  await assert.rejects(workers.close(), /close hears/);
});

test('options that make no sense are refused by name', () => {
  const bad: [object, RegExp][] = [
    [{ size: 0 }, /size must be a whole number/],
    [{ size: 1.5 }, /size must be a whole number/],
    [{ threaded: 'yes' }, /threaded/],
    [{ restart: { times: -1 } }, /restart\.times/],
    [{ idleTimeout: 0 }, /idleTimeout/],
    [{ workers: 3 }, /no option 'workers'/],
    [{ threaded: true, cwd: '/' }, /no cwd of their own/],
  ];
  for (const [options, message] of bad) assert.throws(() => pool(worker, options), message);
  assert.throws(() => pool(new URL('./missing.js', import.meta.url)), /no module/);
});
