import { Except } from '@remoteobj/except';
import { assert, test } from '../support/suite.js';

async function read(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test('a wrapped function keeps this, arguments, name and length', () => {
  const exc = new Except();
  const object = {
    base: 2,
    add: exc.wrap(function add(this: { base: number }, a: number, b: number) {
      return this.base + a + b;
    }),
  };
  assert.equal([object.add(3, 4), object.add.name, object.add.length], [9, 'add', 2]);
  assert.is(exc.result, undefined);
});

test('a wrapped function records its errors and keeps its result', async () => {
  const exc = new Except();
  const half = exc.wrap(
    'halves',
    (n: number) => {
      if (n % 2) throw new RangeError('odd');
      return n / 2;
    },
    { result: true, raises: false },
  );
  assert.equal([half(4), exc.result], [2, 2]);
  assert.equal([half(3), exc.result], [undefined, 2]);
  assert.equal(exc.group('halves').map(String), ['RangeError: odd']);
  const later = exc.wrap(async (n: number) => n + 1, { result: true });
  const promise = later(1);
  assert.is(exc.result, 2);
  assert.equal([await promise, exc.result], [2, 2]);
  const failing = exc.wrap(async () => Promise.reject(new Error('late')));
  await assert.rejects(failing());
  assert.is(exc.size, 2);
});

test('a wrapped generator works as before; its yields and return value are kept', async () => {
  const exc = new Except();
  const talk = exc.wrap(
    function* (start: number): Generator<number, string, number> {
      const got = yield start;
      yield got * 2;
      return 'end';
    },
    { result: true },
  );
  const generator = talk(1);
  assert.equal(
    [generator.next(), generator.next(5), generator.next()],
    [
      { value: 1, done: false },
      { value: 10, done: false },
      { value: 'end', done: true },
    ],
  );
  assert.equal([await read(exc.results), await read(exc.results), exc.result], [[1, 10], [1, 10], 'end']);
});

test('results drive a generator that nobody else reads', async () => {
  const exc = new Except();
  const count = exc.wrap(
    function* () {
      yield 1;
      yield 2;
      return 3;
    },
    { result: true },
  );
  const countLater = exc.wrap(
    async function* () {
      yield 4;
      yield 5;
    },
    { result: true },
  );
  const generator = count();
  countLater();
  assert.equal([await read(exc.results), exc.result], [[1, 2, 4, 5], undefined]);
  assert.equal([...generator], [1, 2]);
});

test('two readers of one asynchronous generator both see every item', async () => {
  const exc = new Except();
  const gates: (() => void)[] = [];
  const count = exc.wrap(
    async function* () {
      for (let i = 0; i < 3; i++) {
        await new Promise<void>((resolve) => gates.push(resolve));
        yield i;
      }
    },
    { result: true },
  );
  const generator = count();
  const both = Promise.all([read(generator), read(exc.results)]);
  for (let opened = 0; opened < 3;) {
    if (gates.length > opened) (gates[opened++] as () => void)();
    await Promise.resolve();
  }
  assert.equal(await both, [
    [0, 1, 2],
    [0, 1, 2],
  ]);
});

test('an error in the middle of a generator is recorded after the items before it', async () => {
  const exc = new Except();
  const error = new Error('middle');
  const steps = exc.wrap(
    'steps',
    function* () {
      yield 1;
      throw error;
    },
    { result: true },
  );
  const generator = steps();
  assert.is(generator.next().value, 1);
  assert.throws(
    () => generator.next(),
    (got: unknown) => got === error,
  );
  assert.equal(
    [exc.group('steps'), generator.next(), await read(exc.results)],
    [[error], { value: undefined, done: true }, [1]],
  );
  const swallowing = exc.wrap(
    async function* () {
      yield 1;
      throw error;
    },
    { raises: false },
  );
  assert.equal([await read(swallowing() as AsyncGenerator), exc.size], [[1], 2]);
  const raising = exc.wrap(async function* () {
    yield 1;
    throw error;
  });
  await assert.rejects(read(raising()), (got: unknown) => got === error);
});

test('an error met by the reader of results reaches the caller of the generator as well', async () => {
  const exc = new Except();
  const steps = exc.wrap(
    function* () {
      yield 1;
      throw new Error('seen');
    },
    { result: true },
  );
  const generator = steps();
  assert.equal(await read(exc.results), [1]);
  assert.is(exc.size, 1);
  assert.is(generator.next().value, 1);
  assert.throws(() => generator.next(), /seen/);
  assert.is(exc.size, 1);
});

test('leaving a loop early runs the finally of the generator and ends the results', async () => {
  const exc = new Except();
  let cleaned = 0;
  const endless = exc.wrap(
    function* () {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        cleaned++;
      }
    },
    { result: true },
  );
  for (const item of endless()) if (item === 2) break;
  const endlessLater = exc.wrap(
    async function* () {
      try {
        for (let i = 10; ; i++) yield i;
      } finally {
        cleaned++;
      }
    },
    { result: true },
  );
  for await (const item of endlessLater()) if (item === 11) break;
  assert.equal([cleaned, await read(exc.results), exc.size], [2, [0, 1, 2, 10, 11], 0]);
});

test('a generator that yields in its finally ends after that, with the value it was ended with', async () => {
  const exc = new Except();
  const talk = exc.wrap(
    function* (): Generator<unknown, unknown> {
      try {
        yield 1;
      } finally {
        const got: unknown = yield 'closing';
        yield got;
      }
      return 'not reached';
    },
    { result: true },
  );
  const generator = talk();
  assert.equal(
    [generator.next(), generator.return(9), generator.next('sent'), generator.next(), generator.next()],
    [
      { value: 1, done: false },
      { value: 'closing', done: false },
      { value: 'sent', done: false },
      { value: 9, done: true },
      { value: undefined, done: true },
    ],
  );
  assert.equal([await read(exc.results), exc.result, exc.size], [[1, 'closing', 'sent'], undefined, 0]);
});

test('an asynchronous generator that yields in its finally ends after that, too', async () => {
  const exc = new Except();
  const failure = new Error('in finally');
  const end = (fails: boolean): void => {
    if (fails) throw failure;
  };
  const talk = exc.wrap('talk', async function* (fails: boolean): AsyncGenerator<unknown, unknown> {
    try {
      yield 1;
    } finally {
      yield 'closing';
      end(fails);
    }
    return 'not reached';
  });
  const [ending, failing] = [talk(false), talk(true)];
  for (const generator of [ending, failing]) {
    assert.equal(await generator.next(), { value: 1, done: false });
    assert.equal(await generator.return(Promise.resolve(9)), { value: 'closing', done: false });
  }
  assert.equal(await ending.next(), { value: 9, done: true });
  await assert.rejects(failing.next(), 'in finally');
  assert.equal(exc.group('talk'), [failure]);
});

test('a generator that is ended a second time in its finally ends at once', () => {
  const exc = new Except();
  const talk = exc.wrap(function* () {
    try {
      yield 1;
    } finally {
      yield 'closing';
    }
  });
  const generator = talk();
  generator.next();
  assert.equal(
    [generator.return(8 as never), generator.return(9 as never), generator.next()],
    [
      { value: 'closing', done: false },
      { value: 9, done: true },
      { value: undefined, done: true },
    ],
  );
});

test('leaving a loop ends an iterator whose next step another reader waits for', async () => {
  const exc = new Except();
  let end = (_step: IteratorResult<number>): void => {};
  let steps = 0;
  const source = {
    next: () =>
      steps++ === 0
        ? Promise.resolve({ value: 1, done: false })
        : new Promise<IteratorResult<number>>((resolve) => (end = resolve)),
    return() {
      const step = { value: undefined, done: true } as const;
      end(step);
      return Promise.resolve(step);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const iterator = exc.wrap(() => source, { result: true })() as unknown as AsyncGenerator<number>;
  assert.equal(await iterator.next(), { value: 1, done: false });
  const kept = read(exc.results);
  while (steps < 2) await Promise.resolve();
  assert.equal(await iterator.return(5), { value: 5, done: true });
  assert.equal(await kept, [1]);
});

test('an error thrown into a generator arrives at its yield', async () => {
  const exc = new Except();
  const catching = exc.wrap(function* (): Generator<unknown> {
    try {
      yield 1;
    } catch (error) {
      yield error;
    }
  });
  const generator = catching();
  generator.next();
  assert.is(generator.throw('in').value, 'in');
  assert.is(exc.size, 0);
  const passing = exc.wrap(async function* () {
    yield 1;
  });
  const later = passing();
  await later.next();
  await assert.rejects(later.throw(new Error('through')), /through/);
  assert.is(exc.size, 1);
});

test('iterators written by hand are relayed; arrays and Maps are plain results', () => {
  const exc = new Except({ raises: false });
  const source = {
    i: 0,
    next() {
      return this.i < 2 ? { value: this.i++, done: false } : { value: 'end', done: true };
    },
    [Symbol.iterator]() {
      return this;
    },
  };
  assert.equal([...(exc.wrap(() => source)() as Iterable<unknown>)], [0, 1]);
  const array = [1];
  assert.is(exc.wrap(() => array)(), array);
  const broken = {
    next: () => 5,
    [Symbol.iterator]() {
      return this;
    },
  };
  const wrapped = exc.wrap(() => broken, { raises: true });
  assert.throws(() => [...(wrapped() as unknown as Iterable<unknown>)], /iterator's step is no object but 5/);
});

test('without result nothing is kept', async () => {
  const exc = new Except();
  const count = exc.wrap(function* () {
    yield 1;
    return 2;
  });
  assert.equal([[...count()], await read(exc.results), exc.result], [[1], [], undefined]);
});

test('clear forgets result and results', async () => {
  const exc = new Except();
  exc.wrap(() => 1, { result: true })();
  const yields = exc.wrap(
    function* () {
      yield 2;
    },
    { result: true },
  );
  assert.equal([...yields()], [2]);
  exc.clear();
  assert.equal([exc.result, await read(exc.results)], [undefined, []]);
});
