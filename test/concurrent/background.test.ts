import { background, Timeout } from '@remoteobj/concurrent';
import { inline, remoteModule, sync, type Remote } from '@remoteobj/core';
import { DeadlockError, RemoteDiedError, UnserializableError } from '@remoteobj/except';
import { spawn } from '@remoteobj/process';
import { gate, until, type Untyped } from '../support/pair.js';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';

const url = new URL('./modules/tasks.js', import.meta.url);
const tasks = remoteModule<typeof import('./modules/tasks.js')>(url);

for (const strategy of ['process', 'thread'] as const) {
  test(`${strategy}: three functions run at the same time, and may be read in any order`, async () => {
    const all = gate();
    let begun = 0;
    const begin = (): Promise<void> => {
      if (++begun === 3) all.open();
      return all.opened;
    };
    const meet = background(tasks.meet, { strategy });
    const [first, second, third] = [meet(begin), meet(begin), meet(begin)];
    const places = [await third, await first, await second];
    assert.is(new Set(places).size, strategy === 'process' ? 3 : 1);
  });

  test(`${strategy}: functions of which each waits for the others are read blocking, one after the other`, () => {
    let there = 0;
    const meet = background(tasks.meetOthers, { strategy });
    const futures = ['a', 'b', 'c'].map((name) =>
      meet(
        () => there++,
        () => there === 3,
        name,
      ),
    );
    assert.is(futures.map(({ value }) => value).join(''), 'abc');
  });

  test(`${strategy}: when its time is up it comes to Timeout, and what ran is ended`, async () => {
    const leftovers = watchLeftovers();
    for (const fn of [tasks.hang, tasks.spin]) {
      const pids: number[] = [];
      const tell = (pid: number): unknown => pids.push(pid);
      await background(tasks.add, { strategy })(1, 2); // one is ready
      for (let timeout = 100; pids.length === 0; timeout *= 2) {
        const awaited = background(fn, { strategy, timeout })(tell);
        assert.is(await awaited, Timeout);
        assert.is(awaited.value, Timeout);
      }
      if (strategy === 'process') await until(() => pids.every((pid) => isGone(pid)));
      const blocked = background(fn, { strategy, timeout: 100 })(tell);
      assert.is(blocked.value, Timeout);
      assert.is(await blocked, Timeout);
      assert.is(await background(tasks.add, { strategy })(1, 2), 3, 'it is replaced');
    }
    await leftovers.assertNone();
  });

  test(`${strategy}: an error is thrown where it is read, with both stacks`, async () => {
    const fail = background(tasks.fail, { strategy });
    const futures = [fail('awaited'), fail('blocking'), fail('a member')];
    const awaited: Error = await assert.rejects(futures[0] as Untyped, RangeError);
    let blocking: Error | undefined;
    try {
      void (futures[1] as Untyped).value;
    } catch (error) {
      blocking = error as Error;
    }
    assert.is(blocking?.message, 'blocking');
    await assert.rejects((futures[2] as Untyped).length, /a member/);
    for (const { stack } of [awaited, blocking as Error]) {
      assert.match(stack ?? '', /at fail .*tasks\.ts/);
      assert.match(stack ?? '', /--- remote call ---\n.*background\.test\.ts/);
    }
  });

  test(`${strategy}: a worker that dies is the error of its function, and is replaced`, async () => {
    await assert.rejects(background(tasks.die, { strategy })(3) as Untyped, RemoteDiedError);
    assert.throws(
      () => (background(tasks.die, { strategy })(3) as Untyped).value,
      (error: unknown) => error instanceof RemoteDiedError,
    );
    assert.is(await background(tasks.add, { strategy })(1, 2), 3);
  });

  test(`${strategy}: backgrounds inside of one another do not take the last worker from each other`, async () => {
    assert.is(await background(tasks.nest, { strategy })(3, 'process'), 3);
    assert.is(background(tasks.nestBlocking, { strategy })(3).value, 3);
    assert.is(await background(tasks.fanOut, { strategy })(6), 21);
  });

  test(`${strategy}: an object stays there, and its future is used like it`, async () => {
    const counter = background(tasks.counter, { strategy })();
    assert.is(await counter.add(2), 2);
    assert.is(counter.add(3).value, 5);
    assert.is(await counter.count, 5);
    const remote = (await counter) as unknown as Remote<import('./modules/tasks.js').Counter>;
    assert.is(await remote.add(1), 6);
  });
}

function isGone(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}

test('levels of background without end are found', async () => {
  await assert.rejects(background(tasks.nest, { strategy: 'thread' })(30, 'thread') as Untyped, DeadlockError);
});

test('more functions than there are workers all run, also when those that run wait for those in line', async () => {
  const count = 40;
  const add = background(tasks.add, { strategy: 'thread' });
  const sums = Array.from({ length: count }, (_, i) => add(i, 1));
  assert.is(sums[count - 1]?.value, count, 'whoever is waited for need not stay in line');
  assert.equal(
    await Promise.all(sums),
    Array.from({ length: count }, (_, i) => i + 1),
  );
  // As many as there are workers wait for one more each, called here on their behalf.
  const ask = background(tasks.ask, { strategy: 'thread' });
  const answers = Array.from({ length: 8 }, (_, i) => ask(async () => (await add(i, 1)) as number));
  assert.equal(await Promise.all(answers), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test('closed functions are sent, methods of remotes are called where their object lives', async () => {
  assert.is(await background(inline((n: number) => n * 3))(5), 15);
  await using child = await spawn<typeof import('./modules/tasks.js')>(url);
  const counter = (await child.remote.counter()) as Untyped;
  const add = background(counter.add as (n: number) => number);
  assert.is(await add(2), 2);
  assert.is(add(3).value, 5);
  const hang = background(child.remote.hang as Untyped, { timeout: 50 });
  assert.is(await hang(() => {}), Timeout);
});

test('an argument with a then of its own is refused, also beside a promise', async () => {
  const repeat = background(tasks.repeat, { strategy: 'thread' });
  const thenable = { then: (resolve: (times: number) => void) => resolve(7) } as Untyped;
  for (const text of ['x', Promise.resolve('x')])
    await assert.rejects(repeat(text as string, thenable) as Untyped, UnserializableError);
});

test('a function of this thread cannot be waited for, until it has ended', async () => {
  const { opened, open } = gate<string>();
  const future = background(() => opened, { strategy: 'here' })();
  assert.throws(
    () => future.value,
    (error: unknown) => error instanceof DeadlockError,
  );
  open('done');
  assert.is(await future, 'done');
  assert.is(future.value, 'done');
  const late = background(() => new Promise(() => {}), { strategy: 'here', timeout: 1 })();
  assert.is(await late, Timeout);
});

test('a function that calls back to what waits for it is found', async () => {
  const future: Untyped = background(tasks.ask)(() => future.value as unknown);
  assert.throws(
    () => future.value as unknown,
    (error: unknown) => error instanceof DeadlockError,
  );
});

test('a failure that nobody reads becomes an unhandled rejection, when nothing else runs', async () => {
  const unhandled = nextUnhandledRejection();
  const other = gate();
  const running = background(() => other.opened, { strategy: 'here' })();
  void background(tasks.fail, { strategy: 'thread' })('unread');
  let told = false;
  const late = background(tasks.tellAndFail, { strategy: 'thread' })(() => (told = true), 'read late');
  await until(() => told);
  other.open();
  await running;
  await assert.rejects(late as Untyped, /read late/);
  assert.is(((await unhandled) as Error).message, 'unread');
});

test('a failure that nobody reads is told although something else runs on, and one that is read is not kept', async () => {
  const other = gate();
  const running = background(() => other.opened, { strategy: 'here' })();
  const unhandled = nextUnhandledRejection();
  void background(tasks.fail, { strategy: 'thread' })('unread');
  const fail = background(() => Promise.reject(new Error('read')), { strategy: 'here' });
  const errors: WeakRef<Error>[] = [];
  for (let i = 0; i < 20; i++) {
    const future = fail() as Untyped;
    await Promise.resolve(); // it may have failed before it is read
    await future.catch((error: Error) => errors.push(new WeakRef(error)));
  }
  assert.is(((await unhandled) as Error).message, 'unread');
  const kept = (): number => (globalThis.gc?.(), errors.filter((error) => error.deref() !== undefined).length);
  await until(() => kept() <= 1); // the last one is still in this function
  other.open();
  await running;
});

test('wrong options and functions are refused by name', async () => {
  const call = background as Untyped;
  assert.throws(() => call(tasks.add, { strategy: 'far' }), /strategy must be one of process, thread, here, not 'far'/);
  assert.throws(() => call(tasks.add, { timeout: -1 }), /timeout must be a number of milliseconds from 0, not -1/);
  assert.throws(() => call(tasks.add, { limit: 1 }), /there is no option 'limit'; there are timeout, strategy/);
  assert.throws(() => call(() => 1), /remoteModule\(url\)/);
  assert.throws(() => call(tasks.add, { strategy: 'here' }), /import it/);
  await using child = await spawn<typeof import('./modules/tasks.js')>(url);
  assert.throws(
    () => call(sync(child.remote.add)),
    /fn is in its blocking form.* give the method of the remote itself/,
  );
  assert.throws(() => call(5), /fn must be a function, not number/);
});

test('what is no function over there is an error that says so', async () => {
  await assert.rejects(background((tasks as Untyped).notAFunction)() as Untyped, /a value of type number/);
  await assert.rejects(background((tasks as Untyped).missing)() as Untyped, /nothing of that name/);
});
