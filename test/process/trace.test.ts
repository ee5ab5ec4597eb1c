import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { carryContext, sync, type CallTrace } from '@remoteobj/core';
import { RemoteDiedError } from '@remoteobj/except';
import { pool, spawn, spawnThread, type ExitTrace, type SpawnTrace } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Carrying from './modules/carrying.js';

const carrying = new URL('./modules/carrying.js', import.meta.url);

/** What is published on a channel while `use` runs. */
async function published<M>(channel: string, use: () => Promise<void>): Promise<M[]> {
  const messages: M[] = [];
  const listener = (message: unknown): void => void messages.push(message as M);
  subscribe(channel, listener);
  try {
    await use();
  } finally {
    unsubscribe(channel, listener);
  }
  return messages;
}

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`the start and the end of a ${kind} are traced, and whose calls are whose`, async () => {
    const left = watchLeftovers();
    let spawns: SpawnTrace[] = [];
    let calls: CallTrace[] = [];
    let of: { name: string; pid: number | undefined; threadId: number | undefined } | undefined;
    const exits = await published<ExitTrace>('remoteobj:exit', async () => {
      spawns = await published<SpawnTrace>('remoteobj:spawn', async () => {
        const child = await start<typeof Carrying>(carrying);
        of = { name: child.name, pid: child.pid, threadId: child.threadId };
        calls = await published<CallTrace>('remoteobj:call:start', async () => void (await child.remote.who()));
        await assert.rejects(() => child.remote.exit(3), RemoteDiedError);
        await child.exited;
      });
    });
    assert.is(spawns.length, 1);
    const { module, connection, ...named } = spawns[0] as SpawnTrace;
    assert.equal(named, of);
    assert.match(module, /modules\/carrying\.[jt]s$/);
    assert.equal(
      calls.map((call) => [call.connection, call.view]),
      [[connection, '(?.who())']],
    );
    assert.is(exits.length, 1);
    const { code, signal, reason, duration, ...same } = exits[0] as ExitTrace;
    assert.equal({ code, signal, reason }, { code: 3, signal: null, reason: 'exit' });
    assert.ok(duration > 0);
    assert.equal(same, spawns[0]);
    await left.assertNone();
  });

  test(`what this ${kind === 'process' ? 'process' : 'thread'}'s callers carry goes along to a ${kind} that carries it too, blocking or not`, async () => {
    await using child = await start<typeof Carrying>(carrying);
    const asking = new AsyncLocalStorage<{ user: string }>();
    const who = (): string => asking.getStore()?.user ?? 'nobody';
    assert.is(await asking.run({ user: 'a' }, () => child.remote.who()), undefined, 'nobody said so here');
    const stop = carryContext('asking', asking);
    const opened = latch();
    const calls = [
      asking.run({ user: 'a' }, () => child.remote.whoLater(() => opened.opened)),
      child.remote.who(),
      asking.run({ user: 'b' }, () => child.remote.who()),
    ];
    opened.open();
    assert.equal(await Promise.all(calls), ['a', undefined, 'b']);
    assert.is(
      asking.run({ user: 'c' }, () => sync(child.remote).who()),
      'c',
    );
    assert.is(await asking.run({ user: 'd' }, () => child.remote.ask(async () => who())), 'd');
    assert.is(await asking.run({ user: 'd' }, () => child.remote.ask(async () => who(), 'e')), 'e');
    assert.is(await child.remote.ask(async () => who()), 'nobody');
    stop();
    assert.is(await asking.run({ user: 'a' }, () => child.remote.who()), undefined);
  });
}

test('workers of a pool are traced as well, and calls that wait for one keep what their callers carry', async () => {
  const asking = new AsyncLocalStorage<{ user: string }>();
  const stop = carryContext('asking', asking);
  const spawns = await published<SpawnTrace>('remoteobj:spawn', async () => {
    await using workers = pool<typeof Carrying>(carrying, { size: 1, threaded: true });
    // All of them wait for the worker, which the first one makes the pool start.
    const users = [
      asking.run({ user: 'a' }, () => workers.remote.who()),
      workers.remote.who(),
      asking.run({ user: 'b' }, () => workers.remote.who()),
    ];
    assert.equal(await Promise.all(users), ['a', undefined, 'b']);
  });
  assert.is(spawns.length, 1);
  stop();
});
