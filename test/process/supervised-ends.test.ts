/** How something that is started anew ends for good. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ConnectionClosedError, spawn } from 'remoteobj';
import { assert, test, watchLeftovers } from '../support/suite.js';
import type * as Modules from './modules/waiting.js';

const module = new URL('./modules/waiting.js', import.meta.url);
const restart = { times: 3, within: 60_000, delay: 1 };

test('a program that awaits nothing but exited goes on until then, restarts included', async () => {
  const path = fileURLToPath(new URL('./modules/restarted-script.ts', import.meta.url));
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const stdout = await new Promise<string>((resolve, reject) => {
    const args = ['--import', '@remoteobj/process/ts', path];
    execFile(process.execPath, args, { cwd }, (error, text) => (error === null ? resolve(text) : reject(error)));
  });
  assert.equal(JSON.parse(stdout), { code: null, signal: 'SIGKILL', reason: 'signal' });
});

test('a signal that the process outlives ends nothing, and a later death is followed by a new life', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Modules>(module, { restart });
  const killed = child.kill('SIGWINCH');
  const { pid } = child;
  assert.is(await child.remote.add(1, 2), 3);
  assert.is(child.pid, pid);
  await assert.rejects(() => child.remote.exit(1));
  assert.is(await child.remote.add(1, 2), 3);
  assert.is.not(child.pid, pid);
  await child.close();
  assert.is((await killed).reason, 'returned');
  await left.assertNone();
});

test('a signal that the process does not outlive ends it for good', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Modules>(module, { restart });
  assert.equal(await child.kill('SIGUSR2'), { code: null, signal: 'SIGUSR2', reason: 'killed' });
  await assert.rejects(() => child.remote.add(1, 2), ConnectionClosedError);
  assert.not(child.alive);
  await left.assertNone();
});

test('where no process is that could outlive it, any signal ends it for good', async () => {
  const left = watchLeftovers();
  const child = await spawn<typeof Modules>(module, { restart: { times: 1, delay: 600_000, maxDelay: 600_000 } });
  await assert.rejects(() => child.remote.exit(1));
  const waiting = assert.rejects(() => child.remote.add(1, 2), ConnectionClosedError);
  await child.kill('SIGWINCH');
  await waiting;
  await left.assertNone();
});
