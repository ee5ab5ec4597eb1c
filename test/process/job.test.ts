import { inline, remoteModule } from '@remoteobj/core';
import {
  Except,
  LimitError,
  ProtocolError,
  RemoteDiedError,
  TimeoutError,
  UnserializableError,
} from '@remoteobj/except';
import { job, spawn, type Job } from '@remoteobj/process';
import type { Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Jobs from './modules/jobs.js';
import type * as SlowStart from './modules/slow-start.js';
import type * as Stuck from './modules/stuck.js';

const url = new URL('./modules/jobs.js', import.meta.url);
const jobs = remoteModule<typeof Jobs>(url);

async function all<Y>(items: AsyncIterable<Y>): Promise<Y[]> {
  const list: Y[] = [];
  for await (const item of items) list.push(item);
  return list;
}

for (const threaded of [false, true]) {
  const kind = threaded ? 'thread' : 'process';

  test(`a job in a ${kind} gives what its function returns, also when the ${kind} is gone`, async () => {
    const left = watchLeftovers();
    const sum = job(jobs.add, [1, 2], { threaded });
    assert.is(sum.alive, true);
    assert.equal(await sum.join(), { code: 0, signal: null, reason: 'returned' });
    assert.is(sum.alive, false);
    assert.is(await sum.result, 3);
    assert.is(sum.errors.size, 0);
    sum.raiseAny();
    assert.is(
      await job(jobs.later, [{ deep: [1n] }], { threaded }).result.then((value) => (value as Untyped).deep[0]),
      1n,
    );
    await left.assertNone();
  });

  test(`yields of a job in a ${kind} are kept until they are read, and its return value is the result`, async () => {
    const left = watchLeftovers();
    {
      await using sync = job(jobs.countTo, [50], { threaded });
      await using async = job(jobs.countToLater, [50], { threaded });
      await using byHand = job(jobs.countDown, [3], { threaded });
      await Promise.all([sync.join(), async.join(), byHand.join()]);
      const numbers = Array.from({ length: 50 }, (_, i) => i + 1);
      assert.equal(await all(sync), numbers);
      assert.equal(await all(async), numbers);
      assert.equal(await all(byHand), [3, 2, 1]);
      assert.equal(await Promise.all([sync.result, async.result, byHand.result]), ['done', 'done later', undefined]);
    }
    await left.assertNone();
  });

  test(`reading very many yields of a job in a ${kind} lets the event loop turn`, async () => {
    const left = watchLeftovers();
    const counting = job(jobs.countTo, [5000], { threaded });
    await counting.join();
    let turns = 0;
    let next = setImmediate(function count() {
      turns++;
      next = setImmediate(count);
    });
    const numbers = await all(counting);
    clearImmediate(next);
    assert.equal(
      numbers,
      Array.from({ length: 5000 }, (_, i) => i + 1),
    );
    assert.ok(turns >= 4, `${turns} turns`);
    await left.assertNone();
  });

  test(`a yield of a job in a ${kind} is here while the next one keeps it busy`, async () => {
    const left = watchLeftovers();
    const busy = job(jobs.yieldAndSpin, [], { threaded, raises: false });
    const items = busy[Symbol.asyncIterator]();
    assert.equal(await items.next(), { done: false, value: 'before' });
    assert.is(busy.alive, true);
    const exit = await busy.terminate();
    assert.is(exit.reason, 'killed');
    await assert.rejects(() => items.next(), RemoteDiedError);
    await left.assertNone();
  });

  test(`what a job's function throws in a ${kind} is told to each that asks`, async () => {
    const left = watchLeftovers();
    const failing = job(jobs.fail, ['not today'], { threaded });
    const error = (await assert.rejects(failing.result, TypeError)) as Untyped;
    assert.equal([error.message, error.detail], ['not today', 7]);
    const [there, here] = error.stack.split('at --- remote call ---');
    assert.match(there, 'jobs.ts');
    assert.match(here, 'job.test.ts', 'where the job was made');
    assert.is(await assert.rejects(failing.join()), error);
    assert.is(await assert.rejects(() => failing[Symbol.asyncDispose]()), error);
    assert.is(await assert.rejects(async () => failing.raiseAny()), error);
    assert.is(await assert.rejects(all(failing)), error);
    assert.equal(failing.errors.group(failing.name), [error]);
    assert.equal(await failing.join({ raises: false }), { code: 1, signal: null, reason: 'threw' });
    for (const value of [null, undefined, 0, '', { plain: 1 }]) {
      const odd = job(jobs.failWith, [value], { threaded });
      assert.equal(await odd.result.catch((thrown: unknown) => [thrown]), [value]);
      await odd.exited;
    }
    await left.assertNone();
  });

  test(`a generator in a ${kind} that throws has its yields before the error`, async () => {
    const failing = job(jobs.failAfter, [3], { threaded });
    const read: number[] = [];
    await assert.rejects(async () => {
      for await (const item of failing) read.push(item);
    }, RangeError);
    assert.equal(read, [1, 2, 3]);
    assert.is((await failing.exited).reason, 'threw');
  });

  test(`throw reaches a generator in a ${kind} at its next yield`, async () => {
    const left = watchLeftovers();
    const endless = job(jobs.untilThrown, [], { threaded });
    const items = endless[Symbol.asyncIterator]();
    await items.next();
    await endless.throw(new Error('enough'));
    assert.is(await endless.result, 'caught enough');
    assert.is((await endless.join()).reason, 'returned');
    await left.assertNone();
  });

  test(`throw waits for a generator in a ${kind} whose module takes long to start`, async () => {
    const slow = remoteModule<typeof SlowStart>(new URL('./modules/slow-start.js', import.meta.url));
    const starting = job(slow.untilThrown, [], { threaded });
    await starting.throw(new Error('early'));
    assert.is(await starting.result, 'caught early');
    assert.is((await starting.exited).reason, 'returned');
  });

  test(`throw is the reason of the result of a job in a ${kind} whose module is never imported`, async () => {
    const left = watchLeftovers();
    const stuck = remoteModule<typeof Stuck>(new URL('./modules/stuck.js', import.meta.url));
    const starting = job(stuck.never, [], { threaded, startTimeout: 500 });
    const reason = new Error('no longer wanted');
    await starting.throw(reason);
    assert.is(await assert.rejects(starting.result), reason);
    assert.is((await starting.exited).reason, 'not-started');
    assert.is(starting.errors.records()[0]?.origin, undefined);
    await left.assertNone();
  });

  test(`throw ends a function in a ${kind} that is no generator, and is the reason of its result`, async () => {
    const left = watchLeftovers();
    const running = latch();
    const hanging = job(jobs.hang, [running.open], { threaded });
    await running.opened;
    const reason = new Error('no longer wanted');
    await hanging.throw(reason);
    assert.is(await assert.rejects(hanging.result), reason);
    assert.is(await assert.rejects(hanging.join()), reason);
    assert.is((await hanging.exited).reason, 'killed');
    await left.assertNone();
  });

  test(`join past its time leaves the job in a ${kind} running; terminate ends it, and may be repeated`, async () => {
    const left = watchLeftovers();
    const running = latch();
    const hanging = job(jobs.hang, [running.open], { threaded });
    await running.opened;
    await assert.rejects(hanging.join({ timeout: 10 }), TimeoutError);
    assert.is(hanging.alive, true);
    const [first, second] = await Promise.all([hanging.terminate(), hanging.terminate()]);
    assert.is(first, second);
    assert.equal(first.reason, 'killed');
    const death = (await assert.rejects(hanging.result, RemoteDiedError)) as RemoteDiedError;
    assert.is(death.signal, threaded ? null : 'SIGTERM');
    await assert.rejects(hanging.join(), RemoteDiedError);
    assert.is(await hanging.join({ raises: false }), first);
    await left.assertNone();
  });

  test(`a time limit ends a job in a ${kind}, and is its error`, async () => {
    const left = watchLeftovers();
    const hanging = job(jobs.hang, [() => {}], { threaded, timeout: 300 });
    const error = (await assert.rejects(hanging.result, TimeoutError)) as TimeoutError;
    assert.match(error.message, /took longer than 300 ms/);
    assert.is((await hanging.exited).reason, 'killed');
    await left.assertNone();
  });

  test(`times of more than a timer can count are no limits for a job in a ${kind}`, async () => {
    const endless = { threaded, timeout: Infinity, startTimeout: Infinity };
    const sum = job(jobs.add, [1, 2], endless);
    assert.is((await sum.join({ timeout: Infinity })).reason, 'returned');
    assert.is(await job(jobs.add, [1, 2], { threaded, timeout: 30 * 86_400_000 }).result, 3);
    await assert.rejects(sum.join({ timeout: -1 }), /timeout must be a number of milliseconds from 0, not -1/);
    await assert.rejects(sum.join({ timeout: NaN }), RangeError);
  });

  test(`a job in a ${kind} that is terminated after it returned or threw did that`, async () => {
    const left = watchLeftovers();
    const sum = job(jobs.add, [1, 2], { threaded });
    await sum.result;
    assert.is((await sum.terminate()).reason, 'returned');
    await sum.join();
    const failing = job(jobs.fail, ['by itself'], { threaded });
    await assert.rejects(failing.result);
    assert.is((await failing.terminate()).reason, 'threw');
    await assert.rejects(failing.join(), 'by itself');
    await left.assertNone();
  });

  test(`what a job in a ${kind} gives and cannot cross is told as that, and that it was run`, async () => {
    const left = watchLeftovers();
    const result = job(jobs.symbol, [], { threaded });
    const inResult = (await assert.rejects(result.result, UnserializableError)) as UnserializableError;
    assert.equal([inResult.path, inResult.executed], ['result.deep', 'yes']);
    assert.match(inResult.message, /^result\.deep: Symbol/);
    assert.match(inResult.stack ?? '', /^UnserializableError: result\.deep: Symbol/);
    const yields = job(jobs.symbols, [], { threaded });
    const inYield = (await assert.rejects(yields.result, UnserializableError)) as UnserializableError;
    assert.equal([inYield.path, inYield.executed], ['item[0]', 'yes']);
    assert.equal(await yields[Symbol.asyncIterator]().next(), { done: false, value: 1 });
    const large = job(jobs.bytes, [300_000_000], { threaded });
    assert.is(((await assert.rejects(large.result, LimitError)) as LimitError).executed, 'yes');
    for (const each of [result, yields, large]) assert.is((await each.exited).reason, 'threw');
    await left.assertNone();
  });

  test(`promises in what a job in a ${kind} yields and returns are awaited`, async () => {
    assert.equal((await job(jobs.promises, [], { threaded }).result) as unknown, { user: 'ada', posts: [1, 2] });
    const yields = job(jobs.yieldPromises, [], { threaded });
    assert.equal((await all(yields)) as unknown[], [1, { later: 2 }, 3]);
    assert.is((await yields.result) as unknown, 'done');
    assert.is((await yields.join()).reason, 'returned');
    const failing = job(jobs.yieldRejection, [], { threaded });
    const items = failing[Symbol.asyncIterator]();
    assert.equal(await items.next(), { done: false, value: 1 });
    await assert.rejects(items.next(), 'too late');
    await assert.rejects(failing.result, 'too late');
    assert.is((await failing.exited).reason, 'threw');
  });

  test(`a job in a ${kind} that stops telling of its function has failed, and its result is not left open`, async () => {
    const silent = job(jobs.stopTelling, [], { threaded });
    const error = (await assert.rejects(silent.result, ProtocolError)) as ProtocolError;
    assert.match(error.message, silent.name);
    await assert.rejects(silent.join(), /stopped telling/);
  });

  test(`an error of a job in a ${kind} says where it comes from`, async () => {
    const failing = job(jobs.fail, ['from afar'], { threaded, raises: false });
    await failing.join();
    const origin = { name: failing.name, pid: failing.pid ?? process.pid };
    assert.equal((failing.errors.first as Untyped).remote, origin);
    assert.equal(failing.errors.records()[0]?.origin, origin);
    const dying = job(jobs.exitLater, [3], { threaded, raises: false });
    await dying.join();
    assert.is(dying.errors.records()[0]?.origin, undefined, 'its death was noticed here');
  });

  test(`what a function left behind does not hold its ${kind}`, async () => {
    const left = watchLeftovers();
    const leaving = job(jobs.leaveTimer, [], { threaded });
    assert.equal(await leaving.join(), { code: 0, signal: null, reason: 'returned' });
    assert.is(await leaving.result, 'left');
    await left.assertNone();
  });

  test(
    `a 200 MB result of a job in a ${kind} arrives, and joining first is no deadlock`,
    async () => {
      const size = 200_000_000;
      const big = job(jobs.bytes, [size], { threaded });
      await big.join();
      const bytes = await big.result;
      assert.is(bytes.length, size);
      assert.ok(bytes[0] === 7 && bytes[size - 1] === 7);
    },
    { timeout: 60_000 },
  );

  test(`inline functions, methods of module objects and of remotes run in a ${kind}`, async () => {
    const left = watchLeftovers();
    {
      const closed = job(
        inline((a: number, b: number) => a * b),
        [6, 7],
        { threaded },
      );
      assert.is(await closed.result, 42);
      await closed.join();
      const generator = job(
        inline(function* odd(n: number) {
          for (let i = 1; i < n; i += 2) yield i;
          return 'odd';
        }),
        [6],
        { threaded },
      );
      assert.equal(await all(generator), [1, 3, 5]);
      assert.is(await generator.result, 'odd');
      assert.match(generator.name, /^odd-(process|thread)-\d+$/);
      await generator.join();
      const method = job(jobs.nested.times, [5], { threaded });
      assert.is(await method.result, 15, 'this is the object');
      await method.join();
      await using child = await spawn<typeof Jobs>(url);
      const work = await new child.remote.Work(10);
      const remote = job(work.plus, [5], { threaded });
      assert.is(await remote.result, 15);
      await remote.join();
      const yields = job(work.upTo, [3], { threaded });
      assert.equal(await all(yields), [11, 12, 13]);
      assert.is(await yields.result, undefined, 'the return value stays with the generator');
      await yields.join();
    }
    await left.assertNone();
  });
}

test('names count up for each function and kind', async () => {
  const made = [
    job(jobs.exit, [0], { start: false }),
    job(jobs.exit, [0], { start: false }),
    job(jobs.exit, [0], { start: false, threaded: true }),
    job(jobs.exit, [0], { start: false, name: 'mine' }),
  ];
  assert.equal(
    made.map(({ name }) => name),
    ['exit-process-1', 'exit-process-2', 'exit-thread-1', 'mine'],
  );
  for (const each of made) await each[Symbol.asyncDispose]();
});

test('with start false nothing runs before start, which may be repeated', async () => {
  const left = watchLeftovers();
  const waiting = job(jobs.add, [1, 1], { start: false });
  assert.equal([waiting.alive, waiting.pid], [false, undefined]);
  await assert.rejects(waiting.join(), /call start\(\)/);
  await left.assertNone();
  waiting.start();
  waiting.start();
  assert.is(waiting.alive, true);
  assert.is(await waiting.result, 2);
  await waiting.join();
  assert.type(waiting.pid, 'number');
  await left.assertNone();
});

test('a job that was never started is ended without having run', async () => {
  const never = job(jobs.add, [1, 1], { start: false });
  assert.equal(await never.terminate(), { code: null, signal: null, reason: 'not-started' });
  const error = (await assert.rejects(never.result, RemoteDiedError)) as RemoteDiedError;
  assert.is(error.executed, 'no');
  never.start();
  assert.is(never.alive, false);
  const aborted = job(jobs.add, [1, 1], { start: false });
  const reason = new Error('changed my mind');
  await aborted.throw(reason);
  assert.is(await assert.rejects(aborted.result), reason);
});

test('without results neither yields nor the return value come back', async () => {
  const quiet = job(jobs.countTo, [5], { results: false });
  assert.equal(await all(quiet), []);
  assert.is(await quiet.result, undefined);
  await quiet.join();
});

test('with raises false join and disposal do not throw, and the result still does', async () => {
  const left = watchLeftovers();
  let failed!: Job<unknown>;
  {
    await using failing = job(jobs.fail, ['quietly'], { raises: false });
    failed = failing;
  }
  assert.is((await failed.join()).reason, 'threw');
  await assert.rejects(failed.join({ raises: true }), 'quietly');
  await assert.rejects(failed.result, 'quietly');
  await left.assertNone();
});

test('errors of several jobs are collected in one Except, each in the group of its job', async () => {
  const errors = new Except();
  const failing = [job(jobs.fail, ['a'], { errors, name: 'first' }), job(jobs.fail, ['b'], { errors, name: 'second' })];
  await Promise.all(failing.map((each) => each.join({ raises: false })));
  assert.equal(new Set(errors.names), new Set(['first', 'second']));
  assert.is((errors.group('second')[0] as Error).message, 'b');
  assert.is(failing[0]?.errors, errors);
});

test('what the function of a job records in the Except of the job, and throws on, counts once', async () => {
  for (const threaded of [false, true]) {
    for (const catchOnce of [true, false]) {
      const errors = new Except({ catchOnce });
      const failing = job(
        inline((given: Except) =>
          given.run('inside', () => {
            throw new TypeError('recorded');
          }),
        ),
        [errors] as never,
        { threaded, errors, raises: false },
      );
      assert.is((await failing.join()).reason, 'threw');
      assert.equal(errors.names, catchOnce ? ['inside'] : ['inside', failing.name]);
      assert.is(await assert.rejects(failing.result, TypeError), errors.first);
    }
  }
});

test('onClose is called once, when nothing of the job is left', async () => {
  const closed: [string, boolean][] = [];
  const done = latch();
  const sum = job(jobs.add, [1, 2], {
    onClose(ended) {
      closed.push([ended.name, ended.alive]);
      done.open();
    },
  });
  await done.opened;
  await sum.join();
  assert.equal(closed, [[sum.name, false]]);
});

test('when the body throws as well, the error of the job suppresses it', async () => {
  const error = (await assert.rejects(async () => {
    await using failing = job(jobs.fail, ['of the job']);
    await failing.exited;
    throw new RangeError('of the body');
  })) as Untyped;
  assert.is(error.name, 'SuppressedError');
  assert.is(error.error.message, 'of the job');
  assert.is(error.suppressed.message, 'of the body');
});

test('a job is not thenable', async () => {
  await using sum = job(jobs.add, [1, 2]);
  assert.is('then' in sum, false);
  assert.is(await (sum as unknown), sum);
});

test('arguments that cannot cross are told before anything has run', async () => {
  const left = watchLeftovers();
  const odd = job(jobs.later, [{ odd: Symbol('s') }]);
  const error = (await assert.rejects(odd.result, UnserializableError)) as UnserializableError;
  assert.match(error.path, /odd/);
  assert.is((await odd.exited).reason, 'not-started');
  await left.assertNone();
});

for (const threaded of [false, true]) {
  const kind = threaded ? 'thread' : 'process';
  test(`an argument of a job in a ${kind} that is a promise which rejects is told as that, and nothing has run`, async () => {
    const left = watchLeftovers();
    const reason = new RangeError('no argument');
    const rejecting = Promise.reject(reason);
    rejecting.catch(() => {}); // the job asks for it when it has started
    for (const given of [rejecting, { deep: rejecting }]) {
      const odd = job(jobs.later, [given], { threaded });
      const error = (await assert.rejects(odd.result, RangeError)) as Untyped;
      assert.equal([error.message, error.remote], ['no argument', undefined]);
      assert.is((await odd.exited).reason, 'not-started');
      assert.is(odd.errors.records()[0]?.origin, undefined, 'it was thrown here');
    }
    await left.assertNone();
  });

  test(`an argument of a job in a ${kind} that fails with the death of another is no death of the job`, async () => {
    const other = await spawn<typeof Jobs>(url);
    const death = (await assert.rejects(() => other.remote.exit(3), RemoteDiedError)) as RemoteDiedError;
    const rejecting = Promise.reject(death);
    rejecting.catch(() => {});
    const never = job(jobs.later, [rejecting], { threaded });
    assert.is(((await assert.rejects(never.result, RemoteDiedError)) as RemoteDiedError).exitCode, 3);
    assert.is((await never.exited).reason, 'not-started');
    await other.close();
  });
}

test('wrong arguments of job are refused with the remedy', () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => job(((a: number) => a) as never, [1] as never), /remoteModule\(url\)\.name, or send it with inline/],
    [() => job(jobs.add, 3 as never), /args must be a list/],
    [() => job(jobs.add, [1, 2], { thread: true } as never), /no option 'thread'; there are threaded/],
    [() => job(jobs.add, [1, 2], { timeout: -1 }), /timeout must be a number of milliseconds above 0/],
    [() => job(jobs.add, [1, 2], { threaded: true, cwd: '/' }), /a thread has no cwd/],
    [() => job(jobs.add, [1, 2], { name: 5 as never }), /name must be a string that is not empty, not number/],
    [() => job(jobs.add, [1, 2], { name: '' }), /name must be a string that is not empty/],
    [() => job(jobs.add, [1, 2], { raises: 'no' as never }), /raises must be true or false, not string/],
    [() => job(jobs.add, [1, 2], { errors: [] as never }), /errors must be an Except/],
    [() => job(jobs.add, [1, 2], { onClose: 1 as never }), /onClose must be a function/],
  ];
  for (const [make, text] of wrong) assert.throws(make, text);
});
