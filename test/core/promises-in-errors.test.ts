import { Except } from '@remoteobj/except';
import { gate, pair, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

/** An error with promises in it: one that never settles and one that rejects. */
function withPromises(message: string): Error {
  const rejected = Promise.reject(new TypeError('of a promise in it'));
  rejected.catch(() => {});
  const { opened: never } = gate();
  return Object.assign(new RangeError(message, { cause: never }), { code: 'E_TORN', never, rejected });
}

/** Throws errors with promises in them, and records one in an Except of the caller. */
class Thrower {
  throw(): never {
    throw withPromises('thrown');
  }
  throwAll(): never {
    throw new AggregateError([withPromises('one of all'), gate().opened], 'all');
  }
  record(exc: Except): void {
    try {
      exc.run('thrower', () => {
        throw withPromises('recorded');
      });
    } catch {
      // It is recorded.
    }
  }
}

function check(error: Untyped, message: string): void {
  assert.instance(error, RangeError);
  assert.equal([error.message, error.code, error.cause], [message, 'E_TORN', '[a promise]']);
  assert.not('never' in error || 'rejected' in error);
}

test('promises among an error’s own properties stay behind, and it waits for none', async () => {
  const { any, connection, close } = await pair(new Thrower());
  check(await assert.rejects(any.throw()), 'thrown');
  const all: Untyped = await assert.rejects(any.throwAll(), AggregateError);
  check(all.errors[0], 'one of all');
  assert.is(all.errors[1], '[a promise]');
  assert.is(connection.stats().pending, 0);
  await close();
});

test('an error with promises in it is recorded before the call that recorded it settles, and stays what it was', async () => {
  const { any, connection, transports } = await pair(new Thrower());
  const exc = new Except();
  let size = -1;
  await Promise.resolve(any.record(exc)).then(() => (size = exc.size));
  assert.is(size, 1);
  assert.is(connection.stats().pending, 0);
  await transports[1].close(new Error('broken'));
  await connection.closed;
  assert.is(exc.size, 1);
  check(exc.first, 'recorded');
});
