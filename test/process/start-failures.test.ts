import { spawn as startChild } from 'node:child_process';
import { once } from 'node:events';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { spawn, spawnThread } from '@remoteobj/process';
import { childProcess } from '@remoteobj/transport';
import type { Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { withModule } from './temporary.js';

const service = new URL('./modules/service.js', import.meta.url);

/** Nobody waits for the time limit: it is far above that of a test. */
const options = { startTimeout: 120_000 };

for (const [kind, start] of [
  ['process', spawn],
  ['thread', spawnThread],
] as const) {
  const quiet = kind === 'process' ? { ...options, stdio: ['ignore', 'ignore', 'pipe'] as const } : options;

  test(`a module that does not exist fails the start of a ${kind} and is named`, async () => {
    const left = watchLeftovers();
    await assert.rejects(
      () => start(new URL('./modules/nowhere.js', import.meta.url)),
      /there is no module .*nowhere\.js/,
    );
    await assert.rejects(start('no-such-package', quiet), /no-such-package/);
    await left.assertNone();
  });

  for (const file of ['broken.mjs', 'broken.ts']) {
    test(`a syntax error in ${file} fails the start of a ${kind}`, async () => {
      const left = watchLeftovers();
      await withModule(file, 'export const x = 1;\nexport const = 2;\n', async (url) => {
        const error = await assert.rejects(start(url, quiet), new RegExp(`broken.*could not be started`));
        assert.instance((error as Error).cause, SyntaxError);
        if (file.endsWith('.ts')) assert.match((error as Error).message, /broken\.ts:2:14/);
      });
      await left.assertNone();
    });
  }

  test(`a module that imports what is not there fails the start of a ${kind}`, async () => {
    await withModule('lonely.mjs', "import './friend.mjs';", async (url) => {
      await assert.rejects(start(url, quiet), /friend\.mjs/);
    });
  });

  test(`a module that throws while it is imported fails the start of a ${kind} with its error`, async () => {
    const left = watchLeftovers();
    await withModule('thrower.mjs', "throw new RangeError('not today');", async (url) => {
      const error = await assert.rejects(start(url, quiet), /could not be started: .*not today/);
      assert.instance((error as Error).cause, RangeError);
    });
    await withModule('odd.mjs', 'throw null;', async (url) => {
      await assert.rejects(start(url, quiet), /could not be started: its module threw null/);
    });
    await left.assertNone();
  });

  test(`a module that ends its ${kind} while it is imported fails the start with the exit code`, async () => {
    const left = watchLeftovers();
    await withModule('leaver.mjs', 'process.exit(9);', async (url) => {
      const error = (await assert.rejects(
        start(url, quiet),
        /ended before it was ready \(exit code 9\)/,
      )) as RemoteDiedError;
      assert.instance(error, RemoteDiedError);
      assert.is(error.exitCode, 9);
    });
    await left.assertNone();
  });

  test(`a module that waits at its top for nothing fails the start of a ${kind} at once`, async () => {
    const left = watchLeftovers();
    await withModule('waiter.mjs', 'await new Promise(() => {});', async (url) => {
      await assert.rejects(start(url, quiet), /could not be started: a top-level await.*never settled/);
    });
    await left.assertNone();
  });

  test(`a module that is busy for ever fails the start of a ${kind} when its time is up, and is ended`, async () => {
    const left = watchLeftovers();
    await withModule('spinner.mjs', 'for (;;);', async (url) => {
      const error = (await assert.rejects(
        start(url, { startTimeout: 300 }),
        /not ready within 300 ms and was ended/,
      )) as TimeoutError;
      assert.instance(error, TimeoutError);
    });
    await left.assertNone();
  });
}

test('an error of an import tells the place in the TypeScript source', async () => {
  await withModule(
    'deep.ts',
    "interface Gone { a: 1 }\n\nexport const x: Gone = { a: 1 };\nthrow new Error('deep');\n",
    async (url) => {
      const error = await assert.rejects(spawn(url, options), /deep/);
      assert.match(((error as Error).cause as Error).stack ?? '', /deep\.ts:4:7/);
    },
  );
});

test('a working directory that is not there is named', async () => {
  await assert.rejects(spawn(service, { cwd: '/nowhere/at/all' }), /working directory \/nowhere\/at\/all is not there/);
});

test('a child that has ended before it is linked says how', async () => {
  const child = startChild(process.execPath, ['-e', 'process.exit(3)'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  await once(child, 'close');
  assert.throws(
    () => childProcess(child),
    (error: Error) => error instanceof RemoteDiedError && error.exitCode === 3,
  );
});

test('a death names who died, as the start did', async () => {
  for (const begin of [spawn, spawnThread]) {
    const child = await begin<Untyped>(service, { name: 'camera' });
    await child.kill();
    await assert.rejects(() => child.remote.anything(), /camera \((?:process|thread) \d+\) has ended/);
  }
});
