import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { remoteModule } from '@remoteobj/core';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { job, type Exit, type Job } from '@remoteobj/process';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { latch } from './bounded.js';
import type * as Jobs from './modules/jobs.js';
import type * as Stuck from './modules/stuck.js';

const jobs = remoteModule<typeof Jobs>(new URL('./modules/jobs.js', import.meta.url));
const quiet = { stdio: ['ignore', 'ignore', 'pipe'] } as const;

/** How a job died: its exit, and the error that result and join told. */
async function death(dying: Job<unknown>): Promise<{ exit: Exit; error: RemoteDiedError }> {
  const error = (await assert.rejects(dying.result, RemoteDiedError)) as RemoteDiedError;
  assert.is(await assert.rejects(dying.join()), error);
  assert.equal(dying.errors.group(dying.name), [error]);
  assert.is(error.executed, 'unknown');
  assert.match(error.message, dying.name);
  const exit = await dying.exited;
  assert.equal([error.exitCode, error.signal], [exit.code, exit.signal]);
  return { exit, error };
}

for (const threaded of [false, true]) {
  const kind = threaded ? 'thread' : 'process';

  for (const code of [0, 3]) {
    test(`process.exit(${code}) in a ${kind} is a death: exit`, async () => {
      const left = watchLeftovers();
      const { exit } = await death(job(jobs.exit, [code], { threaded }));
      assert.equal(exit, { code, signal: null, reason: 'exit' });
      assert.equal((await death(job(jobs.exitLater, [code], { threaded }))).exit, exit);
      await left.assertNone();
    });
  }

  test(`an error that nothing catches in a ${kind} is a death: threw, with that error as cause`, async () => {
    const left = watchLeftovers();
    const dying = job(jobs.throwLater, ['uncaught'], threaded ? { threaded } : quiet);
    const { exit, error } = await death(dying);
    assert.equal(exit, { code: 1, signal: null, reason: 'threw' });
    assert.instance(error.cause, RangeError);
    assert.is((error.cause as Error).message, 'uncaught');
    await left.assertNone();
  });

  test(`a ${kind} whose module is missing or broken was not started`, async () => {
    const left = watchLeftovers();
    for (const [name, text] of [
      ['missing', /there is no module .*missing/],
      ['broken', /broken at the top/],
    ] as const) {
      const module = remoteModule<{ f(): void }>(new URL(`./modules/${name}.js`, import.meta.url));
      const never = job(module.f, [], { threaded });
      await assert.rejects(never.result, text);
      if (name === 'missing') assert.is(never.pid, undefined, 'nothing was started for it');
      assert.is((await never.exited).reason, 'not-started');
    }
    await left.assertNone();
  });

  test(`a ${kind} that finds no function of that name was not started`, async () => {
    for (const [name, text] of [
      ['absent', /nothing of that name/],
      ['answer', /a value of type number/],
    ] as const) {
      const never = job((jobs as unknown as Record<string, () => void>)[name] as () => void, [], { threaded });
      await assert.rejects(never.result, text);
      assert.is((await never.exited).reason, 'not-started');
    }
  });

  test(`a ${kind} whose module is never imported tells its name, the module and the option, and that nothing was run`, async () => {
    const left = watchLeftovers();
    const stuck = remoteModule<typeof Stuck>(new URL('./modules/stuck.js', import.meta.url));
    const late = job(stuck.never, [], { threaded, startTimeout: 500 });
    const error = (await assert.rejects(late.result, TimeoutError)) as TimeoutError;
    for (const part of [late.name, 'stuck', '500 ms (startTimeout)']) assert.match(error.message, part);
    assert.is(error.executed, 'no');
    assert.is((await late.exited).reason, 'not-started');
    const ended = job(stuck.never, [], { threaded });
    while (ended.pid === undefined && !threaded) await new Promise((resolve) => setImmediate(resolve));
    assert.is((await ended.terminate()).reason, 'killed');
    const death = (await assert.rejects(ended.result, RemoteDiedError)) as RemoteDiedError;
    assert.match(death.message, `${ended.name} ended before its function was found`);
    assert.is(death.executed, 'no');
    await left.assertNone();
  });

  test(`a ${kind} in a busy loop is ended by terminate`, async () => {
    const left = watchLeftovers();
    const running = latch();
    const busy = job(jobs.spin, [running.open], { threaded });
    await running.opened;
    assert.is((await busy.terminate()).reason, 'killed');
    assert.is((await death(busy)).exit.reason, 'killed');
    await left.assertNone();
  });
}

test('a signal from elsewhere is a death: signal', async () => {
  const left = watchLeftovers();
  const running = latch();
  const dying = job(jobs.hang, [running.open]);
  await running.opened;
  process.kill(dying.pid as number, 'SIGKILL');
  assert.equal((await death(dying)).exit, { code: null, signal: 'SIGKILL', reason: 'signal' });
  const itself = job(jobs.signalSelf, ['SIGTERM']);
  assert.equal((await death(itself)).exit, { code: null, signal: 'SIGTERM', reason: 'signal' });
  await left.assertNone();
});

test('a fault in native code is a death: signal SIGSEGV', async () => {
  const left = watchLeftovers();
  const { exit } = await death(job(jobs.segfault));
  assert.equal(exit, { code: null, signal: 'SIGSEGV', reason: 'signal' });
  await left.assertNone();
});

test('a process out of memory is a death by SIGABRT, and its last words say why', async () => {
  const left = watchLeftovers();
  const { exit, error } = await death(job(jobs.fillMemory, [], { ...quiet, execArgv: ['--max-old-space-size=32'] }));
  assert.equal(exit, { code: null, signal: 'SIGABRT', reason: 'signal' });
  assert.match(error.stderrTail, /heap/i);
  await left.assertNone();
});

test('a process that does not listen to SIGTERM is killed a second later', async () => {
  const left = watchLeftovers();
  const running = latch();
  const deaf = job(jobs.deaf, [running.open]);
  await running.opened;
  assert.equal(await deaf.terminate(), { code: null, signal: 'SIGKILL', reason: 'killed' });
  assert.is((await death(deaf)).exit.reason, 'killed');
  await left.assertNone();
});

test('a process that cannot be started at all was not started', async () => {
  const never = job(jobs.add, [1, 2], { cwd: '/there/is/no/such/folder' });
  await assert.rejects(never.result, /could not be started/);
  assert.equal(await never.exited, { code: null, signal: null, reason: 'not-started' });
});

test('a job that is ended while it starts leaves nothing', async () => {
  const left = watchLeftovers();
  const starting = job(jobs.add, [1, 2]);
  assert.is((await starting.terminate()).reason, 'killed');
  await assert.rejects(starting.result, RemoteDiedError);
  await left.assertNone();
});

test('a failure that nobody asked about is a warning that names the job, when this process ends', async () => {
  const { stderr, code } = await script('unasked');
  assert.is(code, 0);
  assert.match(stderr, /JobWarning: fail-process-1 failed, and nobody asked about it.*TypeError: unheard/);
  assert.not.match((await script('asked')).stderr, /JobWarning/);
});

test('a failure of which there is no text is warned of as well', async () => {
  const { stderr, code } = await script('odd');
  assert.is(code, 0);
  assert.match(stderr, /JobWarning: failOddly-process-1 failed.*an object that is no error/);
});

test('a failure that nobody asked about is a warning when the job is collected', async () => {
  const { stderr, stdout } = await script('collected');
  assert.match(stdout, 'warned: JobWarning');
  assert.match(stderr, /fail-thread-1 failed/);
});

test('a job ends with this process, unless it is no daemon: then a generator goes on without being read', async () => {
  const left = watchLeftovers();
  // Their standard output is the job's as well: they are over when both processes are gone.
  assert.is((await script('a daemon')).stdout, '');
  assert.match((await script('no daemon')).stdout, 'came to its end');
  await left.assertNone();
});

/** Runs test/process/modules/job-script.ts. */
function script(what: string): Promise<{ stdout: string; stderr: string; code: number }> {
  const path = fileURLToPath(new URL('./modules/job-script.ts', import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--expose-gc', '--import', '@remoteobj/process/ts', path, what],
      { cwd: fileURLToPath(new URL('../../', import.meta.url)) },
      (error, stdout, stderr) => resolve({ stdout, stderr, code: Number(error?.code ?? 0) }),
    );
  });
}
