import { Except, LocalExcept } from '@remoteobj/except';
import { assert, test } from '../support/suite.js';

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

function caughtFrom(f: () => unknown): { error: unknown } | undefined {
  try {
    f();
    return undefined;
  } catch (error) {
    return { error };
  }
}

test('a matching error is recorded in its group and thrown on', () => {
  const exc = new Except(TypeError, RangeError);
  const error = new RangeError('no more');
  assert.is(caughtFrom(() => exc.run('init', thrower(error)))?.error, error);
  assert.equal(exc.group('init'), [error]);
  assert.equal([exc.group(), exc.group('unknown'), exc.size], [[], [], 1]);
});

test('with raises false a matching error is swallowed, another is not', () => {
  const exc = new Except(TypeError);
  const error = new TypeError('in');
  assert.is(exc.run(thrower(error), { raises: false }), undefined);
  assert.equal(exc.group(null), [error]);
  const other = new RangeError('out');
  assert.is(caughtFrom(() => exc.run(thrower(other), { raises: false }))?.error, other);
  assert.is(exc.size, 1);
});

test('without classes everything that is thrown is recorded as it is', () => {
  const exc = new Except({ raises: false });
  const thrown = [null, undefined, 0, '', NaN, Object.create(null), () => undefined, Symbol('s')];
  for (const value of thrown) exc.run(thrower(value));
  assert.equal(
    exc.byTime().map((value, i) => Object.is(value, thrown[i])),
    thrown.map(() => true),
  );
});

test('run gives the result of a sync function at once and a promise for an async one', async () => {
  const exc = new Except();
  assert.is(
    exc.run(() => 5),
    5,
  );
  assert.is(
    exc.run('g', () => 5),
    5,
  );
  const promise = exc.run(async () => 6);
  assert.instance(promise, Promise);
  assert.is(await promise, 6);
  const error = new Error('later');
  await assert.rejects(
    exc.run('a', async () => Promise.reject(error)),
    (got: unknown) => got === error,
  );
  assert.is(await exc.run('b', async () => Promise.reject(error), { raises: false }), undefined);
  assert.equal([exc.group('a'), exc.group('b')], [[error], [error]]);
});

test('a thenable that is no promise is awaited, and a then that throws counts as none', async () => {
  const exc = new Except();
  const thenable = {
    then: (_: unknown, reject: (reason: unknown) => void) => reject('lazy'),
  } as unknown as PromiseLike<number>;
  await exc.run(() => thenable, { raises: false });
  assert.equal(exc.all(), ['lazy']);
  const hostile = Object.defineProperty({}, 'then', { get: thrower(new Error('then')) });
  assert.is(
    exc.run(() => hostile),
    hostile,
  );
});

test('options of a scope stand above those of the Except', () => {
  const exc = new Except({ types: [TypeError], raises: false });
  exc.run(thrower(new TypeError('a')));
  assert.ok(caughtFrom(() => exc.run(thrower(new TypeError('b')), { raises: true })));
  exc.run(thrower(new RangeError('c')), { types: [RangeError] });
  assert.ok(caughtFrom(() => exc.run(thrower(new RangeError('d')))));
  assert.equal(exc.byTime().map(String), ['TypeError: a', 'TypeError: b', 'RangeError: c']);
});

test('an error that passes nested scopes is recorded once, by the innermost that matches', async () => {
  for (const error of [new TypeError('e'), Object.freeze(new TypeError('f')), 'text', null]) {
    const exc = new Except();
    const nested = (): unknown =>
      exc.run('outer', () => exc.run('middle', () => exc.run('inner', thrower(error), { types: [RangeError] })));
    assert.is(caughtFrom(nested)?.error, error);
    assert.equal([exc.group('outer'), exc.group('middle'), exc.group('inner')], [[], [error], []]);
  }
  const exc = new Except();
  const error = new Error('async');
  const work = async (): Promise<void> => {
    await Promise.resolve();
    await exc.run('inner', async () => Promise.reject(error));
  };
  await assert.rejects(exc.run('outer', work));
  assert.equal([exc.group('outer'), exc.group('inner')], [[], [error]]);
});

test('a scope with catchOnce false does not mark the error', () => {
  const exc = new Except();
  const error = new Error('e');
  const inner = (): unknown => exc.run('inner', thrower(error), { catchOnce: false });
  caughtFrom(() => exc.run('outer', () => exc.run('middle', inner)));
  assert.equal([exc.group('inner'), exc.group('middle'), exc.group('outer')], [[error], [error], []]);
});

test('an outer scope swallows what an inner one recorded, without recording it again', () => {
  const exc = new Except();
  exc.run('outer', () => exc.run('inner', thrower(new Error('e'))), { raises: false });
  assert.equal([exc.group('outer').length, exc.group('inner').length], [0, 1]);
});

test('the same error thrown anew is recorded anew', () => {
  const exc = new Except();
  const error = new Error('cached');
  caughtFrom(() => exc.run('first', thrower(error)));
  caughtFrom(() => exc.run('second', thrower(error)));
  exc.run('around', () => {
    exc.run('third', thrower(error), { raises: false });
    caughtFrom(() => exc.run('fourth', thrower(error)));
  });
  assert.equal(
    ['first', 'second', 'third', 'fourth'].map((name) => exc.group(name).length),
    [1, 1, 1, 1],
  );
});

test('several Excepts record independently of each other', () => {
  const inner = new Except();
  const outer = new LocalExcept();
  const error = new Error('e');
  caughtFrom(() => outer.run(() => inner.run(thrower(error))));
  assert.equal([inner.all(), outer.all()], [[error], [error]]);
});

test('get, first, last, all, byTime and iteration find what was caught', () => {
  const exc = new Except({ raises: false });
  for (const [group, error] of [
    ['b', 1],
    ['a', 2],
    ['b', 3],
    [null, 4],
  ] as const)
    exc.run(group, thrower(error));
  assert.equal([exc.get(), exc.get({ latest: true }), exc.get('b'), exc.get('b', { latest: true })], [1, 4, 1, 3]);
  assert.equal([exc.get(undefined, { latest: true }), exc.get(null), exc.get('none')], [4, 4, undefined]);
  assert.equal([exc.first, exc.last, exc.size, exc.names], [1, 4, 4, ['b', 'a', null]]);
  assert.equal(
    [exc.all(), exc.byTime(), [...exc]],
    [
      [1, 3, 2, 4],
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ],
  );
  exc.clear();
  assert.equal([exc.first, exc.last, exc.size, exc.names, exc.all()], [undefined, undefined, 0, [], []]);
});

test('what is recorded late from elsewhere is sorted by when it was caught', () => {
  const exc = new Except();
  exc.record('a', 'second', { at: 20 });
  exc.record('a', 'first', { at: 10, origin: { name: 'worker-1', pid: 7 } });
  exc.record('b', 'third', { at: 30 });
  assert.equal([exc.byTime(), exc.group('a'), exc.first], [['first', 'second', 'third'], ['first', 'second'], 'first']);
  assert.equal(exc.records()[0], { group: 'a', error: 'first', at: 10, origin: { name: 'worker-1', pid: 7 } });
});

test('raiseAny throws what was recorded, falsy values too, or does nothing', () => {
  const exc = new Except({ raises: false });
  exc.raiseAny();
  exc.run('falsy', thrower(null));
  exc.run(thrower(0));
  assert.equal(
    caughtFrom(() => exc.raiseAny()),
    { error: null },
  );
  assert.equal(
    caughtFrom(() => exc.raiseAny(null)),
    { error: 0 },
  );
  assert.is(
    caughtFrom(() => exc.raiseAny('other')),
    undefined,
  );
});

test('raiseAny inside a scope does not record the error again', () => {
  for (const error of [new Error('e'), 'text']) {
    const exc = new Except();
    const body = (): void => {
      exc.run('inner', thrower(error), { raises: false });
      exc.raiseAny();
    };
    assert.is(caughtFrom(() => exc.run('outer', body))?.error, error);
    assert.equal([exc.group('inner'), exc.group('outer')], [[error], []]);
  }
});

test('listeners hear of each error as it is recorded, until they are taken off', () => {
  const exc = new Except({ raises: false });
  const heard: unknown[] = [];
  const off = exc.on('error', (error, group) => heard.push([group, error, exc.size]));
  exc.run('a', thrower(1));
  exc.run(thrower(2));
  off();
  exc.run(thrower(3));
  assert.equal(heard, [
    ['a', 1, 1],
    [null, 2, 2],
  ]);
});

test('a listener that throws changes nothing, and its error is not lost', async () => {
  const exc = new Except({ raises: false });
  const bug = new Error('in the listener');
  // The suite counts an unhandled rejection as a failure, so its listeners step aside for this one.
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
  try {
    exc.on('error', thrower(bug));
    assert.is(exc.run(thrower(1)), undefined);
    assert.is(exc.size, 1);
    assert.is(await unhandled, bug);
  } finally {
    for (const listener of others) process.on('unhandledRejection', listener);
  }
});

test('errors are written to a logger as they are recorded, and all of them on demand', () => {
  const lines: unknown[][] = [];
  const log = (...line: unknown[]): void => void lines.push(line);
  const exc = new Except({ raises: false, log });
  const error = new RangeError('no\n  more');
  exc.run('init', thrower(error));
  exc.run(thrower('x'), { log: false });
  assert.equal(lines, [['[init] RangeError: no more', error]]);
  exc.log({ error: log });
  assert.equal(lines.slice(1), [
    ['[init] RangeError: no more', error],
    ['[default] "x"', 'x'],
  ]);
});

test('toAggregateError holds everything that was caught', () => {
  const exc = new Except({ raises: false });
  exc.run('a', thrower(1));
  exc.run(thrower(2));
  const error = exc.toAggregateError();
  assert.instance(error, AggregateError);
  assert.equal([error.errors, error.message], [[1, 2], '2 errors in 2 groups']);
  assert.is(exc.toAggregateError('mine').message, 'mine');
});

test('toString is a table', () => {
  const exc = new Except();
  assert.is(exc.toString(), 'no errors');
  class Own extends Error {}
  exc.record(null, new Own('x'), { at: 0 });
  exc.record('work', new DOMException('stop', 'AbortError'), { at: 1, origin: { name: 'job-1', pid: 7 } });
  exc.record('work', Object.assign(new TypeError('y'), { remote: { pid: 8 } }), { at: 2 });
  const lines = [
    '3 errors in 2 groups',
    'group    time                      from           error',
    'default  1970-01-01T00:00:00.000Z                 Own: x',
    'work     1970-01-01T00:00:00.001Z  job-1 (pid 7)  AbortError: stop',
    'work     1970-01-01T00:00:00.002Z  (pid 8)        TypeError: y',
  ];
  assert.is(String(exc), lines.join('\n'));
});

test('reports survive errors whose own code throws', () => {
  const exc = new Except({ raises: false });
  const hostile = Object.defineProperties(new Error('m'), {
    extra: { get: thrower(new Error('getter')), enumerable: true },
    toJSON: { value: thrower(new Error('toJSON')) },
  });
  const circle = new Error('round');
  circle.cause = circle;
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const thrown = [
    hostile,
    circle,
    revoked.proxy,
    new Proxy(new Error('p'), { get: thrower('trap') }),
    null,
    5n,
    Object.create(null),
    'x'.repeat(1e6),
  ];
  for (const error of thrown) exc.run('group', thrower(error));
  assert.is(exc.size, thrown.length);
  assert.ok(
    exc
      .toString()
      .split('\n')
      .every((line) => line.length < 200),
  );
  const report = JSON.parse(JSON.stringify(exc)) as {
    group: string;
    error: { name: string; message: string; cause: unknown };
  }[];
  assert.equal(
    report.slice(0, 2).map(({ error }) => [error.name, error.message]),
    [
      ['Error', 'm'],
      ['Error', 'round'],
    ],
  );
  assert.is(report.length, thrown.length);
});

test('a class whose instanceof throws catches nothing', () => {
  class Strange extends Error {
    static override [Symbol.hasInstance](): never {
      throw new Error('instanceof');
    }
  }
  const exc = new Except(Strange);
  const error = new Error('e');
  assert.is(caughtFrom(() => exc.run(thrower(error)))?.error, error);
  assert.is(exc.size, 0);
});

test('wrong arguments are refused with the remedy', () => {
  const exc = new Except();
  const run = exc.run.bind(exc) as (...args: unknown[]) => unknown;
  assert.throws(() => run('init'), /run: a function is missing; use run\(fn\) or run\('group', fn\)/);
  assert.throws(() => run(5, () => 1), /name of a group is a string, or null/);
  assert.throws(() => run(() => 1, 'raises'), /options must be an object/);
  assert.throws(() => new Except('TypeError' as never), /types must be classes/);
  assert.throws(() => new Except(TypeError, { raises: false } as never), /types must be classes/);
  assert.throws(() => new Except({ log: 5 as never }), /log must be true, a function/);
  assert.throws(() => exc.on('errors' as never, () => undefined), /no event 'errors'/);
});

test('options that do not exist are refused by name, with those that do', () => {
  const exc = new Except();
  const known = 'there are types, raises, catchOnce, log';
  assert.throws(() => new Except({ raise: false } as never), new RegExp(`no option 'raise'; ${known}$`));
  assert.throws(() => new Except({ typs: [] } as never), /new Except\(…\): there is no option 'typs'/);
  assert.throws(() => exc.run(() => 1, { result: true } as never), new RegExp(`run: .*'result'; ${known}$`));
  assert.throws(() => exc.wrap(() => 1, { results: true } as never), new RegExp(`'results'; ${known}, result$`));
});
