import { byReference, connect, connectionOf, expose, exposedLimits, get, type Transport } from '@remoteobj/core';
import { Except, LocalExcept, RemoteError, RemoteObjectError, UnserializableError } from '@remoteobj/except';
import { memoryPair } from '@remoteobj/transport';
import { pair, turn, until, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class CustomError extends Error {
  readonly detail = { deep: 7 };
}

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** What the tests' other side does with an Except. */
const service = {
  held: undefined as Except | undefined,
  swallow: (exc: Except, error: unknown) => exc.run('there', thrower(error), { raises: false }),
  raise: (exc: Except, message: string) => exc.run('there', thrower(new CustomError(message))),
  hold(exc: Except) {
    this.held = exc;
  },
  give() {
    return this.held;
  },
  isHeld(exc: Except) {
    return this.held === exc;
  },
  nested(both: { readonly outer: Except; readonly inner: readonly Except[] }) {
    both.outer.run(() => both.inner[0]?.run(thrower(new CustomError('nested'))), { raises: false });
    return both.outer === both.inner[0];
  },
  sizes: (exc: Except) => [exc.size, exc instanceof Except],
};

test('what is recorded there is here before the call that recorded it settles, and there as well', async () => {
  const { remote, close } = await pair(service);
  const exc = new Except();
  let atSettling = -1;
  await Promise.resolve(remote.swallow(exc, new CustomError('there'))).then(() => (atSettling = exc.size));
  assert.is(atSettling, 1);
  assert.equal(await remote.sizes(exc), [1, true]);
  await close();
});

test('a recorded error keeps class, message, cause, properties and both stacks, and says where it comes from', async () => {
  const { any, close } = await pair(service);
  const exc = new Except();
  const error = Object.assign(new CustomError('whole', { cause: new RangeError('why') }), { extra: [1n] });
  await any.swallow(exc, error);
  await any.swallow(exc, new TypeError('built in'));
  const [first, second] = exc.group('there') as [Untyped, Error];
  assert.instance(first, RemoteError);
  assert.equal(
    [first.remoteName, first.message, first.detail, first.extra],
    ['CustomError', 'whole', { deep: 7 }, [1n]],
  );
  assert.instance(first.cause, RangeError);
  assert.instance(second, TypeError);
  const [there, here] = (first.stack as string).split('at --- remote call ---') as [string, string];
  assert.match(there, 'passed.test.ts');
  assert.match(here, 'passed.test.ts', 'where the Except was passed');
  assert.is(first.remote.pid, process.pid);
  assert.type(first.remote.name, 'string');
  assert.not(Object.keys(first).includes('remote'), 'it is not one of its own properties that go on');
  assert.equal(exc.records()[0]?.origin, first.remote);
  assert.match(String(exc), `(pid ${process.pid})`);
  await close();
});

test('everything that can be thrown is recorded as it is', async () => {
  const { any, close } = await pair(service);
  const exc = new Except();
  const thrown = [null, undefined, 0, -0, '', NaN, 'text', { plain: [1] }, new Date(5)];
  for (const value of thrown) await any.swallow(exc, value);
  assert.equal(exc.byTime(), thrown);
  await close();
});

test('what cannot cross is told of as such', async () => {
  const { remote, close } = await pair({
    f: (exc: Except) => exc.run(thrower({ odd: Symbol('odd') }), { raises: false }),
  });
  const exc = new Except();
  await remote.f(exc);
  assert.instance(exc.first, UnserializableError);
  assert.match((exc.first as Error).message, /odd/);
  await close();
});

test('an error that was recorded there and thrown on is the same object here, and scopes here leave it alone', async () => {
  const { remote, close } = await pair(service);
  const exc = new Except();
  const error = await assert.rejects(
    exc.run('here', async () => remote.raise(exc, 'once')),
    /once/,
  );
  assert.is(exc.first, error);
  assert.equal([exc.size, exc.names], [1, ['there']]);
  await close();
});

test('with catchOnce false the scope here records it as well', async () => {
  const { remote, close } = await pair(service);
  const exc = new Except({ catchOnce: false });
  await exc.run('here', async () => remote.raise(exc, 'twice'), { raises: false });
  assert.equal(exc.names, ['there', 'here']);
  assert.is(exc.group('there')[0], exc.group('here')[0]);
  await close();
});

test('an Except is found at any depth, and is the same object wherever it is met', async () => {
  const { remote, close } = await pair(service);
  const exc = new Except();
  assert.is(await remote.nested({ outer: exc, inner: [exc] }), true);
  assert.equal(
    exc.byTime().map((error) => (error as Error).message),
    ['nested'],
  );
  await close();
});

test('an Except that comes home is the original, and passed again it is the copy that is there', async () => {
  const { any, close } = await pair(service);
  const exc = new Except();
  await any.hold(exc);
  assert.is(await any.give(), exc);
  assert.is(await any.isHeld(exc), true);
  await any.hold(undefined);
  await close();
});

test('an Except of the other side records there, before a flush is answered', async () => {
  const theirs = new Except();
  const { any, connection, close } = await pair({ errors: theirs });
  const copy = (await any.errors) as Except;
  assert.instance(copy, Except);
  copy.run('from here', thrower(new TypeError('mine')), { raises: false });
  await connection.flush();
  assert.equal(theirs.names, ['from here']);
  await close();
});

test('an Except that is passed on through others records in all of them', async () => {
  const last = await pair(service);
  const middle = await pair({
    relay: async (exc: Except) => {
      await last.any.swallow(exc, new TypeError('far'));
      return exc.size;
    },
  });
  const exc = new Except();
  assert.is(await middle.remote.relay(exc), 1);
  assert.equal([exc.size, exc.names], [1, ['there']]);
  assert.instance(exc.first, TypeError);
  await middle.close();
  await last.close();
});

test('several connections record into one Except, sorted by time', async () => {
  const pairs = await Promise.all([pair(service), pair(service), pair(service)]);
  const exc = new Except();
  await Promise.all(pairs.map(({ any }, i) => any.swallow(exc, new TypeError(`from ${i}`))));
  assert.equal(
    exc
      .byTime()
      .map((error) => (error as Error).message)
      .sort(),
    ['from 0', 'from 1', 'from 2'],
  );
  const times = exc.records().map(({ at }) => at);
  assert.equal(
    times,
    times.toSorted((a, b) => a - b),
  );
  for (const each of pairs) await each.close();
});

test('the copy catches the same classes, those that are not registered by their name', async () => {
  class Unregistered extends Error {}
  class Derived extends Unregistered {}
  const kinds = { Unregistered, Derived, RangeError, Error };
  const { any, close } = await pair({
    tries: (exc: Except) =>
      Object.entries(kinds).flatMap(([name, Kind]) => {
        const before = exc.size;
        try {
          exc.run(thrower(new Kind(name)), { raises: false });
        } catch {}
        return exc.size > before ? [name] : [];
      }),
  });
  assert.equal(await any.tries(new Except(RangeError)), ['RangeError']);
  assert.equal(await any.tries(new Except(Unregistered)), ['Unregistered', 'Derived']);
  assert.equal(await any.tries(new Except()), ['Unregistered', 'Derived', 'RangeError', 'Error']);
  await close();
});

test('a scope here catches by its class what was of that class there, without registration', async () => {
  const { any, close } = await pair(service);
  const exc = new Except({ types: [CustomError], raises: false });
  await exc.run('here', async () => any.raise(new Except(), 'of that class'));
  assert.equal(exc.names, ['here']);
  await assert.rejects(
    exc.run(async () => any.swallow(new Except({ raises: true, types: [TypeError] }), new RangeError('other'))),
    RangeError,
  );
  await close();
});

test('raises and catchOnce hold there, too; log stays here', async () => {
  const lines: string[] = [];
  const exc = new Except({ raises: false, log: (text) => lines.push(text) });
  const { any, close } = await pair({ f: (copy: Except) => copy.run('g', thrower(new TypeError('quiet'))) });
  assert.is(await any.f(exc), undefined);
  assert.equal(lines.length, 1);
  assert.match(lines[0] as string, /\[g from .*\] TypeError: quiet/);
  await close();
});

test('what is recorded after the link has ended stays there', async () => {
  const { remote, connection, close } = await pair(service);
  const exc = new Except();
  await remote.hold(exc);
  const copy = service.held as Except;
  await connection.close();
  copy.run(thrower(new TypeError('late')), { raises: false });
  await turn();
  assert.equal([copy.size, exc.size], [1, 0]);
  service.held = undefined;
  await close();
});

test('a copy that nobody holds is given back', async () => {
  const { remote, connection, close } = await pair(service);
  for (let i = 0; i < 10; i++) await remote.swallow(new Except(), 'gone');
  let looks = 0;
  await until(() => {
    (globalThis as { gc?(): void }).gc?.();
    return connection.stats().exported === 0 || ++looks > 2000;
  });
  assert.is(connection.stats().exported, 0);
  await close();
});

test('a LocalExcept does not cross, and the error says what does', async () => {
  const { any, close } = await pair(service);
  const local = new LocalExcept();
  const error = (await assert.rejects(
    () => any.swallow({ deep: [local] }, 'x'),
    UnserializableError,
  )) as UnserializableError;
  assert.is(error.path, 'args[0].deep[0]');
  assert.match(error.message, /pass an Except/);
  local.run(thrower(new TypeError('x')), { raises: false });
  const { any: other, close: closeOther } = await pair({ size: async (exc: Untyped) => exc.size });
  assert.is(await other.size(byReference(local)), 1, 'by reference it is an object of this process');
  await closeOther();
  await close();
});

test('an Except that catches a class without a name does not cross', async () => {
  const { any, close } = await pair(service);
  const exc = new Except((() => class extends Error {})());
  await assert.rejects(() => any.hold(exc), /name the class/);
  await close();
});

test('a stranger learns neither stacks nor names of processes from what is recorded in its Except', async () => {
  const { any, close } = await pair(
    {
      f: (exc: Except) => exc.run('g', thrower(new CustomError('bare')), { raises: false }),
      g: (exc: Except) => exc.run(thrower({ secret: 1 }), { raises: false }),
    },
    { expose: { policy: 'exposed' } },
  );
  const exc = new Except();
  await any.f(exc);
  await any.g(exc);
  const [first, second] = exc.byTime() as [Untyped, Error];
  assert.equal([first.message, first.detail, first.remote], ['bare', undefined, { name: undefined, pid: undefined }]);
  assert.match(second.message, /^Internal error [0-9a-f]{8}$/);
  await close();
});

test('a stranger that records without end is cut off', async () => {
  const exc = new Except();
  const [a, b] = memoryPair().map(({ send, listen, keepAlive, close }, i, ends) => {
    const end = ends[i] as Transport;
    return {
      send: send.bind(end),
      listen: listen.bind(end),
      keepAlive: keepAlive.bind(end),
      close: close.bind(end),
    } satisfies Transport; // of which nobody knows who is at the other end
  }) as [Transport, Transport];
  expose({ errors: () => exc }, b);
  const remote = connect<{ errors(): unknown }>(a);
  const copy = (await get(remote.errors())) as Except;
  for (let i = 0; i < exposedLimits.recordedErrors; i++) copy.record(null, 'x');
  await connectionOf(remote).flush();
  assert.is(exc.size, exposedLimits.recordedErrors);
  copy.record(null, 'one too many');
  await assert.rejects(connectionOf(remote).flush(), RemoteObjectError);
  assert.is(exc.size, exposedLimits.recordedErrors);
});
