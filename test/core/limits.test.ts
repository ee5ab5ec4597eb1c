import {
  connect,
  connectionOf,
  expose,
  exposedLimits,
  get,
  LimitError,
  memoryPair,
  StaleReferenceError,
  trustedLimits,
  type Transport,
  UnserializableError,
} from 'remoteobj';
import { pair, turn, until, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

/** A transport of which nobody knows who is at the other end. */
function stranger(inner: Transport): Transport {
  return {
    send: (frame) => inner.send(frame),
    listen: (receiver) => inner.listen(receiver),
    keepAlive: (on) => inner.keepAlive(on),
    close: (reason) => inner.close(reason),
  };
}

/** Strangers to each other. */
function strangers(target: object): Untyped {
  const [a, b] = memoryPair();
  expose(target, stranger(b));
  return connect(stranger(a));
}

/** An object that is its own member, so chains of any length lead somewhere. */
class Loop {
  x: Loop = this;
  value = 7;
  next(): this {
    return this;
  }
  echo(value: unknown): unknown {
    return value;
  }
}

function chained(remote: Untyped, steps: number): Untyped {
  let view = remote;
  for (let i = 0; i < steps; i++) view = view.x;
  return view;
}

test('a chain as long as the limit is evaluated, a longer one fails here, not executed', async () => {
  const { any: remote, frames, close } = await pair(new Loop());
  assert.is(await chained(remote, trustedLimits.chainLength - 1).value, 7);
  assert.is(frames(), 1);
  const error = (await assert.rejects(
    () => chained(remote, trustedLimits.chainLength).value,
    LimitError,
  )) as LimitError;
  assert.is(error.executed, 'no');
  assert.match(error.message, /await a part of it first/);
  assert.is(frames(), 0);
  assert.is(await remote.value, 7);
  await close();
});

test('a chain of calls may be longer than the limit: it is cut into several messages', async () => {
  const { any: remote, frames, close } = await pair(new Loop());
  let view = remote;
  for (let i = 0; i < 1000; i++) view = view.next();
  assert.is(await view.value, 7);
  assert.is(frames(), 1);
  await close();
});

test('a view that is too long fails as an argument, too', async () => {
  const { any: remote, connection, close } = await pair(new Loop());
  const long = chained(remote, trustedLimits.chainLength + 1);
  await assert.rejects(
    () => remote.echo(long),
    (error: LimitError) => error instanceof LimitError && error.executed === 'no',
  );
  await assert.rejects(() => remote.echo(remote['k'.repeat(257)]), UnserializableError);
  assert.is(await remote.echo(5), 5);
  assert.is(await remote.echo(chained(remote, trustedLimits.chainLength - 1).value), 7);
  assert.ok(connection.listening);
  await close();
});

test('a name as long as the limit is looked up, a longer one fails here', async () => {
  const long = 'k'.repeat(trustedLimits.keyLength);
  const { any: remote, frames, close } = await pair({ [long]: 5 });
  assert.is(await remote[long], 5);
  frames();
  for (const name of [`${long}k`, '', 'lone \ud800']) {
    const error = (await assert.rejects(() => remote[name])) as LimitError;
    assert.is(error.executed, 'no');
    assert.ok(error.message.length > 20);
  }
  assert.is(frames(), 0);
  assert.is(await remote[long], 5);
  await close();
});

test('a value nested deeper than the limit fails here with its path', async () => {
  const { any: remote, frames, close } = await pair(new Loop());
  let value: unknown = 0;
  for (let i = 0; i < 10_000; i++) value = [value];
  const error = (await assert.rejects(() => remote.echo(value), UnserializableError)) as UnserializableError;
  assert.match(error.message, /deeper than 128 levels/);
  assert.ok(error.path.startsWith('args[0][0][0]'));
  assert.is(frames(), 0);
  await close();
});

test('a value of more parts than the limit fails here', async () => {
  const { any: remote, frames, close } = await pair(new Loop());
  const error = (await assert.rejects(
    () => remote.echo(new Array(trustedLimits.valueNodes).fill(0)),
    UnserializableError,
  )) as UnserializableError;
  assert.match(error.message, /more than 1000000 parts/);
  assert.is(frames(), 0);
  assert.is(((await remote.echo(new Array(900_000).fill(0))) as unknown[]).length, 900_000);
  await close();
});

test('a call and a result that no frame to a stranger may hold fail, and the link lives on', async () => {
  const big = new Uint8Array(exposedLimits.frameBytes);
  let calls = 0;
  const remote = strangers({
    take: (bytes: Uint8Array) => (calls++, bytes.length),
    give: () => big,
    text: () => 'x'.repeat(exposedLimits.frameBytes),
  });
  const error = (await assert.rejects(() => remote.take(big), LimitError)) as LimitError;
  assert.is(error.executed, 'no');
  assert.is(calls, 0);
  const result = (await assert.rejects(() => remote.give(), LimitError)) as LimitError;
  assert.is(result.executed, 'yes');
  await assert.rejects(() => remote.text(), LimitError);
  assert.is(await remote.take(new Uint8Array(1000)), 1000);
  await connectionOf(remote).close();
});

test('many large calls in one tick are spread over frames that each fit', async () => {
  const remote = strangers({ take: (bytes: Uint8Array) => bytes.length });
  const part = new Uint8Array(3_000_000);
  const lengths = await Promise.all(Array.from({ length: 12 }, () => remote.take(part)));
  assert.equal(lengths, new Array(12).fill(3_000_000));
  await connectionOf(remote).close();
});

test('towards a stranger the calls above its limit wait, and none fails', async () => {
  const waiting: ((value: number) => void)[] = [];
  let most = 0;
  let running = 0;
  const remote = strangers({
    wait: () => {
      most = Math.max(most, ++running);
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  const answers = Promise.all(Array.from({ length: 2000 }, () => get(remote.wait())));
  let done = 0;
  await until(() => {
    for (const resolve of waiting.splice(0)) {
      running--;
      resolve(done++);
    }
    return done === 2000;
  });
  assert.is((await answers).length, 2000);
  assert.ok(most <= exposedLimits.callsInFlight, `${most} ran at once`);
  assert.ok(most > 1);
  await connectionOf(remote).close();
});

test('more references than the limit fail with the remedy; after release there is room again', async () => {
  const remote = strangers({ give: (n: number) => Array.from({ length: n }, () => () => 1) });
  const held = (await remote.give(exposedLimits.references - 10)) as Disposable[];
  const error = (await assert.rejects(() => remote.give(20), LimitError)) as LimitError;
  assert.match(error.message, /release/);
  for (const each of held) each[Symbol.dispose]();
  assert.is(((await remote.give(20)) as unknown[]).length, 20);
  await connectionOf(remote).close();
});

test('more open iterations than the limit fail with the remedy, and the others go on', async () => {
  const {
    any: remote,
    connection,
    close,
  } = await pair({
    *numbers() {
      for (let i = 0; ; i++) yield i;
    },
  });
  const open: AsyncIterator<unknown>[] = [];
  for (let i = 0; i < trustedLimits.streams; i++) {
    const iterator = remote.numbers()[Symbol.asyncIterator]() as AsyncIterator<unknown>;
    assert.is((await iterator.next()).value, 0);
    open.push(iterator);
  }
  const error = (await assert.rejects(async () => {
    for await (const _ of remote.numbers()) break;
  }, LimitError)) as LimitError;
  assert.match(error.message, /finish or break/);
  assert.is((await open[0]?.next())?.value, 1);
  await Promise.all(open.map((iterator) => iterator.return?.()));
  assert.is(connection.stats().streams, 0);
  await close();
});

test('100,000 calls in one tick that nobody awaits all run, in order', async () => {
  let next = 0;
  let wrong = 0;
  const {
    any: remote,
    connection,
    server,
    close,
  } = await pair({ step: (n: number) => void (n === next++ || wrong++) });
  for (let i = 0; i < 100_000; i++) remote.step(i);
  await connection.flush();
  assert.equal([next, wrong], [100_000, 0]);
  await turn();
  assert.is(connection.stats().pending, 0);
  assert.is(server.stats().running, 0);
  await close();
});

test('of more unawaited calls than results are kept, all run, and those that are kept can be asked for', async () => {
  let calls = 0;
  const remote = strangers({ next: () => ++calls });
  const views: Untyped[] = [];
  for (let i = 0; i < exposedLimits.keptResults + 1000; i++) views.push(remote.next());
  await connectionOf(remote).flush();
  assert.is(calls, exposedLimits.keptResults + 1000);
  assert.is(await views[0], 1);
  const last = (await assert.rejects(() => views.at(-1), StaleReferenceError)) as StaleReferenceError;
  assert.is(last.executed, 'yes');
  assert.match(last.message, /at most 4096/);
  assert.is(await remote.next(), calls);
  await connectionOf(remote).close();
});
