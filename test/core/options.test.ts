import { connect, connectionOf, del, expose, get, set, sync, waitUntilListening, withOptions } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';
import { memoryPair } from '@remoteobj/transport';
import { gate, pair, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

const forEver = Number.POSITIVE_INFINITY;
type Refused = readonly [options: unknown, error: typeof TypeError | typeof RangeError, message: RegExp];

/** Of each function that takes options: how it is given them, and which it refuses. */
const functions: Readonly<Record<string, readonly [(remote: Untyped, options: Untyped) => unknown, ...Refused[]]>> = {
  connect: [
    (_remote, options) => connect(memoryPair()[0], options),
    [
      { timuot: 5 },
      TypeError,
      /^connect: there is no option 'timuot'; there are default, queue, eager, local, timeout,/,
    ],
    [{ timeout: -5 }, RangeError, /^connect: timeout must be a number of milliseconds from 0, not -5$/],
    [{ timeout: 'x' }, RangeError, /timeout must be .*, not "x"/],
    [{ unresponsiveAfter: 0 }, RangeError, /unresponsiveAfter must be a number of milliseconds above 0, not 0/],
    [{ queue: 'no' }, TypeError, /queue must be true or false/],
    [{ local: 5 }, TypeError, /local must be an object/],
    [null, TypeError, /connect: options must be an object, not null/],
  ],
  expose: [
    (_remote, options) => expose({}, memoryPair()[0], options),
    [{ polcy: 'exposed' }, TypeError, /^expose: there is no option 'polcy'; there are policy, members, privateNames,/],
    [{ privateNames: 'no' }, TypeError, /privateNames must be true or false/],
    [{ policy: 'open' }, TypeError, /policy must be 'trusted' or 'exposed', not open/],
  ],
  withOptions: [
    (remote, options) => withOptions(remote.f, options),
    [{ timuot: 5 }, TypeError, /^withOptions: there is no option 'timuot'; there are default, defaultLocal, timeout,/],
    [{ timeout: -1 }, RangeError, /timeout must be a number of milliseconds from 0, not -1/],
    [{ timeout: Number.NaN }, RangeError, /not NaN/],
    [{ as: 'bogus' }, TypeError, /as must be 'value' or 'reference', not "bogus"/],
    [{ signal: {} }, TypeError, /signal must be an AbortSignal/],
    [undefined, TypeError, /withOptions: options must be an object, not undefined/],
  ],
  get: [
    (remote, options) => get(remote.f, options),
    [{ timuot: 5 }, TypeError, /^get: there is no option 'timuot'/],
    [{ timeout: '5' }, RangeError, /^get: timeout must be a number of milliseconds from 0, not "5"/],
  ],
  sync: [
    (remote, options) => sync(remote, options),
    [{ pumps: 'all' }, TypeError, /^sync: there is no option 'pumps'; there are .*, pump$/],
    [{ pump: 'none' }, TypeError, /^sync: pump must be 'chain' or 'all', not "none"/],
  ],
  waitUntilListening: [
    (remote, options) => waitUntilListening(remote, options),
    [{ fails: false }, TypeError, /^waitUntilListening: there is no option 'fails'; there are timeout, fail$/],
    [{ timeout: -1 }, RangeError, /^waitUntilListening: timeout must be a number of milliseconds from 0, not -1/],
  ],
  'close of a connection': [
    (remote, options) => connectionOf(remote).close(options),
    [{ pending: 'drop' }, TypeError, /^close: pending must be 'fulfil' or 'refuse', not "drop"/],
  ],
  'stop of a listener': [
    (_remote, options) => expose({}, memoryPair()[0]).stop(options),
    [{ pending: 'drop' }, TypeError, /^stop: pending must be 'fulfil' or 'refuse', not "drop"/],
    [{ timeout: 5 }, TypeError, /^stop: there is no option 'timeout'; there are pending$/],
  ],
};

for (const [name, [use, ...refused]] of Object.entries(functions)) {
  test(`${name} refuses options that do not exist or cannot be`, async () => {
    const { any: remote, close } = await pair({ f: 1 });
    for (const [options, error, message] of refused) {
      const thrown = await assert.rejects(async () => use(remote, options), message);
      assert.instance(thrown, error);
    }
    assert.is(await remote.f, 1);
    await close();
  });
}

test('an option that is undefined was not given, and no limit may be told as Infinity', async () => {
  const { any: remote, close } = await pair({ f: 1 }, { connect: { timeout: forEver } });
  assert.is(await withOptions(remote.f, { timeout: undefined, signal: undefined } as Untyped), 1);
  assert.is(await get(remote.f, { timeout: forEver }), 1);
  assert.is(await waitUntilListening(remote, { timeout: forEver }), true);
  await close();
});

test('set and del with a default do nothing, at once, while nobody listens', async () => {
  const [here, there] = memoryPair();
  const remote: Untyped = connect(here);
  assert.is(await set(withOptions(remote.x, { default: 5 }), 1), undefined);
  assert.is(await del(withOptions(remote.x, { default: true })), true);
  const object = { x: 3 };
  expose(object, there);
  assert.is(await remote.x, 3);
  await set(withOptions(remote.x, { default: 5 }), 1);
  assert.equal(object, { x: 1 });
  assert.is(await del(withOptions(remote.x, { default: false })), true);
  assert.equal(object, {});
  await connectionOf(remote).close();
});

test('set and del with defaultLocal are done to the local object while nobody listens', async () => {
  const local: { x?: number; y?: number } = { x: 1, y: 1 };
  const remote: Untyped = connect(memoryPair()[0], { local });
  await set(withOptions(remote.x, { defaultLocal: true }), 2);
  await del(withOptions(remote.y, { defaultLocal: true }));
  assert.equal(local, { x: 2 });
  await connectionOf(remote).close();
});

test('set and del have the time limit and the signal of the view', async () => {
  const { any: remote, connection, close } = await pair({ open: () => held.opened });
  const held = gate<{ x: number }>();
  const limited = withOptions(remote.open().x, { timeout: 1 });
  assert.instance(await assert.rejects(set(limited, 1)), TimeoutError);
  assert.instance(await assert.rejects(del(limited)), TimeoutError);
  const reason = new Error('no longer wanted');
  const aborted = withOptions(remote.open().x, { signal: AbortSignal.abort(reason) });
  assert.is(await assert.rejects(set(aborted, 1)), reason);
  held.open({ x: 1 });
  await connection.flush();
  await close();
});
