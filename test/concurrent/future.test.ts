import { background, Timeout } from '@remoteobj/concurrent';
import { remoteModule } from '@remoteobj/core';
import { DeadlockError, TimeoutError } from '@remoteobj/except';
import { gate, type Untyped } from '../support/pair.js';
import { assert, nextUnhandledRejection, test } from '../support/suite.js';

const tasks = remoteModule<typeof import('./modules/tasks.js')>(new URL('./modules/tasks.js', import.meta.url));

/** In a thread, so that it can be waited for. */
const thread = { strategy: 'thread' } as const;
const add = background(tasks.add, thread);
const repeat = background(tasks.repeat, thread);

test('a future extends like its result, and each extension may be awaited', async () => {
  const future = repeat('ab', 3);
  assert.is(await future.items.length, 3);
  assert.is(await future.text.toUpperCase(), 'ABABAB');
  assert.is(await future.items.indexOf('nothing'), -1);
  assert.is(await future.text.toUpperCase().slice(1, 3).length, 2);
  assert.equal(await future, { items: ['ab', 'ab', 'ab'], text: 'ababab' });
});

test('the same in blocking form', () => {
  assert.is(repeat('ab', 3).items.length.value, 3);
  assert.is(repeat('ab', 3).text.toUpperCase().value, 'ABABAB');
  assert.equal([...(repeat('ab', 2).items as unknown as Iterable<string>)], ['ab', 'ab']);
  assert.is(JSON.stringify({ sum: add(1, 2) }), '{"sum":3}');
});

test('text and arithmetic wait for the result', () => {
  assert.is(`${add(1, 2)}`, '3');
  const sum: Untyped = add(1, 2);
  assert.is(sum + 1, 4);
  assert.is(sum * 2, 6);
  assert.is(-sum, -3);
  assert.ok(sum > 2);
  assert.is(Number(sum), 3);
  assert.is(`${background(tasks.sleep, thread)(1, 'a text')}!`, 'a text!');
});

test('a method is called once, however often its result is read, and also when nobody reads it', async () => {
  const future = background(tasks.counter, thread)();
  const once = future.add(1);
  assert.is(await once, 1);
  assert.is(await once, 1);
  assert.is(once.value, 1);
  void future.add(10);
  assert.is(await future.count, 11);
});

test('an array that is read here is one array', async () => {
  const future = background(() => Promise.resolve([1, 2, 3]), { strategy: 'here' })();
  const pushed = future.push(4);
  assert.is(await pushed, 4);
  assert.equal(await future, [1, 2, 3, 4]);
  const items: number[] = [];
  for await (const item of future as unknown as AsyncIterable<number>) items.push(item);
  assert.equal(items, [1, 2, 3, 4]);
});

test('nothing can be assigned on a future', async () => {
  const future = repeat('a', 1) as Untyped;
  assert.throws(() => (future.text = 'b'), /text cannot be assigned on a future: await it/);
  assert.is(await future.text, 'a');
});

test('it is a promise in every other respect', async () => {
  const future = add(1, 2);
  assert.is(await future.then((sum) => sum + 1), 4);
  assert.is(await future.finally(() => {}), 3);
  assert.is(
    await (background(tasks.fail, thread)('caught') as Untyped).catch((error: Error) => error.message),
    'caught',
  );
  assert.equal(await Promise.all([add(1, 1), add(2, 2)]), [2, 4]);
  assert.is(await (async () => add(5, 5))(), 10);
});

test('a future may be the argument of another one', async () => {
  assert.is(await add(add(1, 2), add(3, 4)), 10);
  assert.is(add(add(1, 2), add(3, 4)).value, 10);
  const failing = background(tasks.fail, thread)('an argument') as Untyped;
  await assert.rejects(add(failing, 1) as Untyped, /an argument/);
});

test('a promise among the arguments is awaited, but nobody can wait for it here', async () => {
  const { opened, open } = gate<number>();
  const future = add(opened, 1);
  assert.throws(
    () => future.value,
    (error: unknown) => error instanceof DeadlockError,
  );
  open(2);
  assert.is(await future, 3);
});

test('a method that fails, or is missing, is an error where it is read', async () => {
  await assert.rejects((add(1, 2) as Untyped).missing(), /no method 'missing'/);
  assert.throws(() => (add(1, 2) as Untyped).missing().value, /no method 'missing'/);
  await assert.rejects((repeat('a', 1) as Untyped).nothing.length, TypeError);
  const unhandled = nextUnhandledRejection();
  void (add(1, 2) as Untyped).missing();
  assert.match(((await unhandled) as Error).message, /no method 'missing'/);
});

test('where its time is up, what is read of a future is Timeout, and what needs the result throws', async () => {
  const late = background(tasks.hang, { ...thread, timeout: 50 })(() => {}) as Untyped;
  assert.is(await late.items.length, Timeout);
  assert.is(await late.text.toUpperCase().slice(1).length, Timeout);
  assert.is(late.text.value, Timeout);
  assert.is(late.text.toUpperCase().value, Timeout);
  const isLate = (error: unknown): boolean =>
    error instanceof TimeoutError && /tasks\.(?:js|ts)\.hang\): its time was up/.test(error.message);
  assert.throws(() => `${late}`, isLate);
  assert.throws(() => late + 1, isLate);
  assert.throws(() => JSON.stringify({ late }), isLate);
  assert.throws(() => [...late.items], isLate);
  await assert.rejects(async () => {
    for await (const item of late.items) assert.unreachable(String(item));
  }, isLate);
});
