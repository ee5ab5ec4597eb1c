import {
  connect,
  connectionOf,
  expose,
  get,
  lazy,
  set,
  waitUntilListening,
  trustedLimits,
  withOptions,
  type AnyView,
} from '@remoteobj/core';
import { local, memoryPair } from '@remoteobj/transport';
import { gate, pair, turn, until, type Untyped } from '../support/pair.js';
import { assert, nextUnhandledRejection, test } from '../support/suite.js';

class Lamp {
  on = false;
  calls = 0;
  toggle(): this {
    this.on = !this.on;
    this.calls++;
    return this;
  }
  count(): number {
    return ++this.calls;
  }
  fail(text = 'no'): never {
    throw new RangeError(text);
  }
}

type Coded = { readonly code?: string; readonly executed?: string; readonly name?: string };
const coded =
  (code: string, executed?: string) =>
  (error: Coded): boolean =>
    error.code === code && (executed === undefined || error.executed === executed);

test('a remote is no promise, a view is as good as one', async () => {
  const { remote, any, close } = await pair(new Lamp());
  assert.is((remote as unknown as { then?: unknown }).then, undefined);
  assert.ok((await (async () => remote)()) === remote);
  assert.is(await any['count']().then((n: number) => n + 1), 2);
  assert.is(await any['fail']().catch((error: Error) => error.message), 'no');
  let ended = false;
  await any['count']().finally(() => (ended = true));
  assert.ok(ended);
  await close();
});

test('a call runs once, however often it is awaited or extended; attributes are read anew', async () => {
  const { any, close } = await pair(new Lamp());
  const call = any['toggle']();
  assert.ok((await call) === (await call));
  assert.is(await call['calls'], 1);
  const calls = any['calls'];
  assert.is(await calls, 1);
  await any['count']();
  assert.is(await calls, 2);
  assert.is(await call['calls'], 2, 'extended after it was answered');
  await close();
});

test('a lazy call is sent when it is awaited, once', async () => {
  const lamp = new Lamp();
  const { any, close } = await pair(lamp);
  const call = lazy(any['count'])() as AnyView;
  await turn();
  assert.is(lamp.calls, 0);
  assert.is(await call, 1);
  assert.is(await call, 1);
  await close();
});

test('with eager: false every call waits to be awaited', async () => {
  const lamp = new Lamp();
  const { any, close } = await pair(lamp, { connect: { eager: false } });
  const call = any['toggle']()['toggle']();
  await turn();
  assert.is(lamp.calls, 0);
  assert.is(await call['calls'], 2);
  assert.is(lamp.calls, 2);
  await close();
});

test('operations wait until the other end listens, in order', async () => {
  const [a, b] = memoryPair();
  const remote = connect<Lamp>(b) as unknown as AnyView;
  const answers = [remote['count'](), remote['count'](), remote['calls']].map((view) => get(view));
  await turn();
  expose(new Lamp(), a);
  assert.equal(await Promise.all(answers), [1, 2, 2]);
  await connectionOf(remote).close();
});

test('with queue: false they fail at once, not executed', async () => {
  const [, b] = memoryPair();
  const remote = connect<Lamp>(b, { queue: false }) as unknown as AnyView;
  await assert.rejects(remote['count'](), coded('ERR_NOT_LISTENING', 'no'));
});

test('a default is given at once while nobody listens, and never while somebody does', async () => {
  const [a, b] = memoryPair();
  const remote = connect<Lamp>(b, { local: { on: 'local', count: () => 'locally' } }) as unknown as AnyView;
  assert.is(await get(remote['on'], { default: 'dark' }), 'dark');
  assert.is(await get(remote['on'], { default: undefined }), undefined);
  assert.is(await get(remote['on'], { default: () => 'made' }), 'made');
  assert.is(await withOptions(remote['count'], { default: 7 })(), 7);
  assert.is(await get(remote['on'], { defaultLocal: true }), 'local');
  assert.is(await withOptions(remote['count'], { defaultLocal: true })(), 'locally');
  const listener = expose(new Lamp(), a);
  await waitUntilListening(remote);
  assert.is(await get(remote['on'], { default: 'dark' }), false);
  await listener.stop();
  await turn();
  assert.is(await get(remote['on'], { default: 'dark' }), 'dark');
  await connectionOf(remote).close();
  assert.is(await get(remote['on'], { default: 'dark' }), 'dark');
});

test('local gives the same interface on an object here', async () => {
  const lamp = new Lamp();
  const remote = local(lamp);
  assert.is(await remote.toggle().calls, 1);
  await set(remote.on, false);
  assert.is(lamp.on, false);
  await connectionOf(remote).close();
});

test('a time limit cancels the call; its late answer settles nothing', async () => {
  const open = gate<string>();
  const { any, connection, server, close } = await pair({ wait: () => open.opened, quick: () => 'quick' });
  await assert.rejects(get(any['wait'](), { timeout: 5 }), coded('ERR_TIMEOUT', 'unknown'));
  await assert.rejects(withOptions(any['wait'], { timeout: 5 })(), coded('ERR_TIMEOUT', 'unknown'));
  open.open('late');
  await turn();
  assert.is(await any['quick'](), 'quick');
  assert.is(connection.stats().pending, 0);
  await until(() => server.stats().running === 0);
  await close();
});

test('a signal cancels a call with its reason, before it is sent and while it runs', async () => {
  const open = gate();
  const { any, close } = await pair({ wait: () => open.opened });
  const reason = new Error('enough');
  await assert.rejects(get(any['wait'], { signal: AbortSignal.abort(reason) }), (error: Error) => error === reason);
  const controller = new AbortController();
  const call = withOptions(any['wait'], { signal: controller.signal })();
  const rejected = assert.rejects(call, (error: Error) => error === reason);
  await turn();
  controller.abort(reason);
  await rejected;
  open.open();
  await close();
});

test('a signal among the arguments is live over there', async () => {
  const target = {
    wait: (signal: AbortSignal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve(String(signal.reason)))),
    state: (signal: AbortSignal) => signal.aborted,
  };
  const { any, server, connection, close } = await pair(target);
  assert.is(await any['state'](AbortSignal.abort()), true);
  const controller = new AbortController();
  const answer = get(any['wait'](controller.signal));
  await turn();
  controller.abort('stop');
  assert.is(await answer, 'stop');
  await connection.flush();
  await until(() => connection.stats().exported === 0);
  assert.is(server.stats().imported, 0);
  await close();
});

test('waiting for a listener resolves, times out, and ends with the link', async () => {
  const [a, b] = memoryPair();
  const remote = connect<Lamp>(b);
  await assert.rejects(waitUntilListening(remote, { timeout: 5 }), coded('ERR_TIMEOUT'));
  assert.is(await waitUntilListening(remote, { timeout: 5, fail: false }), false);
  const waiting = waitUntilListening(remote);
  const listener = expose(new Lamp(), a);
  assert.is(await waiting, true);
  await listener.stop();
  await turn();
  await assert.rejects(waitUntilListening(remote), coded('ERR_NOT_LISTENING'));
  await connectionOf(remote).close();
  await assert.rejects(waitUntilListening(remote), coded('ERR_CONNECTION_CLOSED'));
});

test('stop lets what runs finish; refuse answers it, and what waits is not executed', async () => {
  for (const pending of ['fulfil', 'refuse'] as const) {
    const open = gate<string>();
    const { any, listener, close } = await pair({ wait: () => open.opened });
    const call = get(any['wait']());
    await turn();
    const stopped = listener.stop({ pending });
    if (pending === 'fulfil') {
      open.open('done');
      assert.is(await call, 'done');
    } else {
      await assert.rejects(call, coded('ERR_CONNECTION_CLOSED', 'unknown'));
    }
    await stopped;
    await turn();
    await assert.rejects(any['wait'](), coded('ERR_NOT_LISTENING', 'no'));
    open.open('done');
    await close();
  }
});

test('stop lets iterations go on, for as long as the link; refuse ends them with an error, and their producers clean up', async () => {
  for (const pending of ['fulfil', 'refuse'] as const) {
    const cleaned = gate<void>();
    async function* count(): AsyncGenerator<number> {
      try {
        for (let i = 0; i < 100; i++) yield i;
      } finally {
        cleaned.open();
      }
    }
    const { any, listener, close } = await pair({ count });
    const seen: number[] = [];
    const iterating = (async () => {
      for await (const n of any['count']()) {
        seen.push(n as number);
        if (n === 2) await listener.stop({ pending });
      }
    })();
    if (pending === 'fulfil') {
      await iterating;
      assert.is(seen.length, 100);
    } else {
      await assert.rejects(iterating, coded('ERR_CONNECTION_CLOSED', 'unknown'));
      assert.ok(seen.length < 100);
    }
    await cleaned.opened;
    await close();
  }
});

test('refuse also ends an iteration whose next item may never come', async () => {
  const { any, listener, close } = await pair({
    async *forever(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => {});
    },
  });
  const iterator = any['forever']()[Symbol.asyncIterator]();
  assert.is((await iterator.next()).value, 1);
  const next = iterator.next();
  await turn();
  await Promise.all([
    listener.stop({ pending: 'refuse' }),
    assert.rejects(next, coded('ERR_CONNECTION_CLOSED', 'unknown')),
  ]);
  await close();
});

test('a manual listener serves nothing by itself, one at a time with poll, all with processRequests', async () => {
  const lamp = new Lamp();
  const { any, listener, close } = await pair(lamp, { expose: { manual: true } });
  const first = get(any['count']());
  const rest = [any['count'](), any['calls']].map((view) => get(view));
  await turn();
  assert.is(lamp.calls, 0);
  assert.is(listener.poll(), true);
  assert.is(await first, 1);
  assert.is(lamp.calls, 1);
  assert.is(listener.processRequests(), 2);
  assert.equal(await Promise.all(rest), [2, 2]);
  assert.is(listener.poll(), false);
  await close();
});

test('an operation that nobody awaits and that fails is heard by the next flush, close or awaited set', async () => {
  for (const hear of ['flush', 'close', 'set'] as const) {
    const { any, connection } = await pair(new Lamp());
    any['fail']('unheard');
    await turn();
    const heard = hear === 'set' ? set(any['on'], true as never) : connection[hear]();
    await assert.rejects(heard, /unheard/);
    if (hear !== 'close') await connection.close();
  }
});

test('it is heard by the error event first', async () => {
  const { any, connection, close } = await pair(new Lamp());
  const errors: unknown[] = [];
  const off = connection.on('error', (error) => errors.push(error));
  (any as unknown as Record<string, unknown>)['missing'] = 1;
  any['fail']('event');
  await connection.flush();
  assert.equal(
    errors.map((error) => (error as Error).message),
    ['event'],
  );
  off();
  await close();
});

test('with nobody there to hear it, it becomes an unhandled rejection', async () => {
  const { any, close } = await pair(new Lamp());
  const rejection = nextUnhandledRejection();
  any['fail']('nobody');
  assert.is(((await rejection) as Error).message, 'nobody');
  await close();
});

test('flush does not wait for a listener for the sake of what was refused or had a default', async () => {
  const [here] = memoryPair();
  const remote: Untyped = connect(here, { queue: false });
  remote.on = true;
  await assert.rejects(connectionOf(remote).flush(), coded('ERR_NOT_LISTENING', 'no'));
  await connectionOf(remote).flush();
  const [there] = memoryPair();
  const other: Untyped = connect(there, { default: 9 });
  other.toggle();
  await connectionOf(other).flush();
  await Promise.all([connectionOf(remote).close(), connectionOf(other).close()]);
});

test('calls that call back, and whose callbacks call again, find room, however many there are', async () => {
  const { any, close } = await pair({
    with: async (f: (n: number) => PromiseLike<number>, n: number) => (await f(n)) + 1,
    twice: (n: number) => 2 * n,
  });
  const all = Array.from({ length: 10_000 }, (_, i) => any['with']((n: number) => any['twice'](n), i));
  assert.equal(
    await Promise.all(all),
    all.map((_, i) => 2 * i + 1),
  );
  await close();
});

test('one that is awaited after all is not unheard', async () => {
  const { any, connection, close } = await pair(new Lamp());
  const call = any['fail']('later');
  await turn();
  await assert.rejects(call, /later/);
  await connection.flush();
  await close();
});

test('100,000 calls in one tick, all awaited or none, arrive; above the limit they wait', async () => {
  const lamp = new Lamp();
  const { any, connection, close } = await pair(lamp);
  await Promise.all(Array.from({ length: 50_000 }, () => any['count']()));
  for (let i = 0; i < 50_000; i++) any['count']();
  await connection.flush();
  assert.is(lamp.calls, 100_000);
  await close();
});

test('more calls than may be in flight wait for room, and none fails', async () => {
  const waiting: ((value: number) => void)[] = [];
  const { any, server, close } = await pair({ wait: () => new Promise((resolve) => waiting.push(resolve)) });
  const most = trustedLimits.callsInFlight;
  const all = most + 10_000;
  const answers = Promise.all(Array.from({ length: all }, () => any['wait']()));
  await until(() => waiting.length === most);
  for (let i = 0; i < 50; i++) await turn();
  assert.is(server.stats().running, most);
  let done = 0;
  await until(() => {
    for (const resolve of waiting.splice(0)) resolve(done++);
    return done === all;
  });
  assert.is((await answers).length, all);
  await close();
});
