import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { connect, connectionOf, expose, waitUntilListening } from '@remoteobj/core';
import { parent, spawn, spawnThread } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Service from './modules/service.js';
import type { Foreman, Worker } from './modules/exposes-itself.js';

const service = new URL('./modules/service.js', import.meta.url);
const exposesItself = new URL('./modules/exposes-itself.js', import.meta.url);

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  test(`a module's exports are served by a ${kind}: functions, classes and their instances`, async () => {
    const left = watchLeftovers();
    const child = await start<typeof Service>(service);
    assert.is(await child.remote.add(2, 3), 5);
    const counter = await new child.remote.Counter();
    assert.is(await counter.add(2).add(3).count, 5);
    assert.is(await child.remote.doubled(4), 8);
    assert.ok(child.alive);
    await child.close();
    assert.not(child.alive);
    assert.equal(await child.exited, { code: 0, signal: null, reason: 'returned' });
    await left.assertNone();
  });

  test(`a ${kind} knows its name, its id and its arguments`, async () => {
    await using child = await start<typeof Service>(service, { args: ['--fast', 'a b'], name: 'worker bee' });
    const { pid, threadId, isMainThread, args, main } = await child.remote.where();
    assert.is(child.name, 'worker bee');
    assert.is(child.pid, kind === 'process' ? pid : undefined);
    assert.is(child.threadId, kind === 'process' ? undefined : threadId);
    assert.is(pid === process.pid, kind === 'thread');
    assert.is(isMainThread, kind === 'process');
    assert.equal(args, ['--fast', 'a b']);
    if (kind === 'process') assert.is(main, fileURLToPath(new URL('./modules/service.ts', import.meta.url)));
  });

  test(`a ${kind} that may take for ever to start is there once it has started`, async () => {
    await using child = await start<typeof Service>(service, { startTimeout: Infinity });
    assert.is(await child.remote.add(2, 3), 5);
  });

  test(`a ${kind} has the environment it is given, or this one's`, async () => {
    process.env['REMOTEOBJ_TEST_HERE'] = 'inherited';
    await using heir = await start<typeof Service>(service);
    assert.is(await heir.remote.env('REMOTEOBJ_TEST_HERE'), 'inherited');
    await using other = await start<typeof Service>(service, {
      env: { ...process.env, REMOTEOBJ_TEST_HERE: undefined, OTHER: 'set' },
    });
    assert.is(await other.remote.env('OTHER'), 'set');
    assert.is(await other.remote.env('REMOTEOBJ_TEST_HERE'), undefined);
    delete process.env['REMOTEOBJ_TEST_HERE'];
  });

  test(`names of a ${kind} count up per module`, async () => {
    await using first = await start(service);
    await using second = await start(service);
    const number = (name: string): number => Number(new RegExp(`^service-${kind}-(\\d+)$`).exec(name)?.[1]);
    assert.is(number(second.name), number(first.name) + 1);
  });

  test(`a module in a ${kind} may expose something else itself, and use what its parent exposes`, async () => {
    const left = watchLeftovers();
    const started = start<Worker>(exposesItself, { exposeModule: false });
    const child = await started;
    const foreman: Foreman = { greet: (name) => `good morning, ${name}` };
    expose(foreman, child.transport);
    assert.is(await child.remote.askForeman('Ann'), 'good morning, Ann');
    assert.is(await (child.remote as unknown as { notServed?: boolean }).notServed, undefined);
    await child.close();
    await left.assertNone();
  });

  test(`what a ${kind} started with is one connection: the transport gives the same remote`, async () => {
    await using child = await start<typeof Service>(service);
    assert.is(connectionOf(connect(child.transport)), connectionOf(child.remote));
    assert.is(await waitUntilListening(child), true);
    assert.ok(connectionOf(child.remote).listening);
  });

  test(`an option that a ${kind} does not have is refused by name, before anything is started`, async () => {
    const left = watchLeftovers();
    await assert.rejects(
      () => start(service, { deamon: true } as never),
      /no option 'deamon'.*daemon|no option 'deamon'/,
    );
    await assert.rejects(() => start(service, { startTimeout: 0 }), /startTimeout must be/);
    await assert.rejects(() => start(service, { args: 'one' as never }), /args must be a list/);
    await assert.rejects(() => start('./service.js'), /relative to nothing.*new URL/);
    await assert.rejects(() => start(undefined as never), /takes a module/);
    await left.assertNone();
  });

  test(`the end of a ${kind}'s standard error is kept, 4 KiB of it, and all of it appears here`, async () => {
    await using child = await start<typeof Service>(service);
    const write = process.stderr.write;
    let here = '';
    process.stderr.write = ((chunk: Uint8Array) => ((here += chunk.toString()), true)) as never;
    try {
      await child.remote.complain(`${'-'.repeat(5000)}the end`);
      while (!child.stderrTail.endsWith('the end')) await new Promise((resolve) => setImmediate(resolve));
    } finally {
      process.stderr.write = write;
    }
    assert.is(child.stderrTail.length, 4096);
    assert.is(here.length, 5007);
  });
}

test('a module is given as URL, as text of a URL or as absolute path', async () => {
  for (const module of [service, service.href, fileURLToPath(service)]) {
    await using child = await spawnThread<typeof Service>(module);
    assert.is(await child.remote.add(1, 1), 2);
  }
});

test('a process works in the folder it is given', async () => {
  await using child = await spawn<typeof Service>(service, { cwd: tmpdir() });
  assert.is((await child.remote.where()).cwd, realpathSync(tmpdir()));
});

test('options of node reach a process', async () => {
  await using child = await spawn<typeof Service>(service, { execArgv: ['--max-old-space-size=64'] });
  assert.equal((await child.remote.where()).execArgv, ['--max-old-space-size=64']);
});

test('a folder that does not exist fails the start', async () => {
  const left = watchLeftovers();
  await assert.rejects(() => spawn(service, { cwd: '/does/not/exist' }), /could not be started/);
  await left.assertNone();
});

test('where standard output and error go is checked and obeyed', async () => {
  await assert.rejects(() => spawn(service, { stdio: 'loud' as never }), /stdio must be/);
  await assert.rejects(() => spawn(service, { stdio: ['pipe', 'pipe'] as never }), /stdio must be/);
  await using child = await spawn<typeof Service>(service, { stdio: 'ignore' });
  await child.remote.say('to nobody');
  await child.remote.complain('to nobody');
  assert.is(child.stderrTail, '');
});

test('parent() of a process that nobody spawned says so', () => {
  assert.throws(() => parent(), /not started by spawn/);
});
