/** What became of operations that nobody awaits: told once, and to somebody. */
import { connectionOf, RemoteDiedError, spawn, spawnThread, sync } from 'remoteobj';
import type * as Modules from './modules/unawaited.js';
import { until } from '../support/pair.js';
import { assert, nextUnhandledRejection, test, watchLeftovers } from '../support/suite.js';

/** Milliseconds after which it is a rejection. */
const unheardGrace = 100;
const module = new URL('./modules/unawaited.js', import.meta.url);

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`${kind}: a call that nobody awaits and that is under way when the other end dies is told to the error event`, async () => {
    const left = watchLeftovers();
    const child = await start<typeof Modules>(module);
    const errors: unknown[] = [];
    connectionOf(child.remote).on('error', (error) => void errors.push(error));
    void child.remote.never();
    void child.remote.never();
    assert.is(await child.remote.begun(), 2);
    await child.kill();
    await connectionOf(child.remote).closed;
    await until(() => errors.length > 0);
    assert.is(errors.length, 1);
    const [error] = errors as [RemoteDiedError];
    assert.instance(error, RemoteDiedError);
    assert.is(error.executed, 'unknown');
    assert.match(error.message, /^2 operations that nobody awaited: /);
    await left.assertNone();
  });

  test(`${kind}: those that have finished, failed, or are awaited are not told again when it dies`, async () => {
    const child = await start<typeof Modules>(module);
    const errors: string[] = [];
    connectionOf(child.remote).on('error', (error) => void errors.push((error as Error).message));
    void child.remote.one();
    void child.remote.fail('told once');
    const early = child.remote.never();
    const late = child.remote.never();
    const pulled = child.remote.one();
    assert.is(await child.remote.begun(), 2);
    assert.is(await pulled, 1);
    const caught = assert.rejects(early, RemoteDiedError);
    await child.kill();
    await caught;
    await assert.rejects(late, RemoteDiedError);
    await until(() => errors.length > 0);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(errors, ['told once']);
  });

  test(`${kind}: without a listener it becomes an unhandled rejection`, async () => {
    const child = await start<typeof Modules>(module);
    const rejection = nextUnhandledRejection();
    void child.remote.never();
    await child.remote.begun();
    await assert.rejects(child.remote.exit(), RemoteDiedError);
    const error = (await rejection) as RemoteDiedError;
    assert.instance(error, RemoteDiedError);
    assert.match(error.message, /^1 operation that nobody awaited: /);
  });

  test(`${kind}: whoever kills it is not told, without a listener, of what was under way`, async () => {
    const child = await start<typeof Modules>(module);
    const others: unknown[] = [];
    const heard = (error: unknown): void => void others.push(error);
    process.on('unhandledRejection', heard);
    void child.remote.never();
    await child.remote.begun();
    await child.kill();
    await new Promise((resolve) => setTimeout(resolve, 2 * unheardGrace));
    process.off('unhandledRejection', heard);
    assert.equal(others, []);
  });

  test(`${kind}: an error that is awaited is not told to the error event, also if something blocks in the same tick`, async () => {
    await using child = await start<typeof Modules>(module);
    const told: unknown[] = [];
    connectionOf(child.remote).on('error', (error) => void told.push(error));
    const caught = (async () => {
      try {
        await child.remote.fail('caught');
        return undefined;
      } catch (error) {
        return (error as Error).message;
      }
    })();
    assert.is(sync(child.remote).one(), 1);
    assert.is(await caught, 'caught');
    void child.remote.fail('not awaited');
    assert.is(sync(child.remote).one(), 1);
    await until(() => told.length > 0);
    assert.equal(
      told.map((error) => (error as Error).message),
      ['not awaited'],
    );
  });
}
