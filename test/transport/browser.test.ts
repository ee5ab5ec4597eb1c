/** What browsers get: bundled as users bundle it, by the command, and run in a world without anything of Node's. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { connect, connectionOf, expose } from '@remoteobj/core';
import { messagePort } from '@remoteobj/transport';
import { assert, test, watchLeftovers } from '../support/suite.js';

interface Counter {
  readonly count: number;
  add(n: number): Counter;
}

interface Page {
  readonly counter: Counter;
  total(...numbers: number[]): number;
  fail(): never;
}

interface Bundle {
  readonly file: string;
  /** Files that went into it. */
  readonly inputs: readonly string[];
  /** Modules that it still imports. */
  readonly imports: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the page for browsers into this folder. */
function bundle(folder: string): Bundle {
  const [file, metafile] = [join(folder, 'page.mjs'), join(folder, 'meta.json')];
  const page = fileURLToPath(new URL('./modules/browser-page.ts', import.meta.url));
  const options = ['--bundle', '--platform=browser', '--format=esm', '--log-level=warning'];
  execFileSync(
    join(root, 'node_modules/.bin/esbuild'),
    [page, ...options, `--outfile=${file}`, `--metafile=${metafile}`],
    {
      cwd: root,
    },
  );
  const { inputs, outputs } = JSON.parse(readFileSync(metafile, 'utf8')) as {
    readonly inputs: object;
    readonly outputs: Record<string, { readonly imports: readonly { readonly path: string }[] }>;
  };
  const imports = Object.values(outputs).flatMap((output) => output.imports.map(({ path }) => path));
  return { file, inputs: Object.keys(inputs), imports };
}

function withFolder(body: (folder: string) => unknown): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'remoteobj-browser-'));
    try {
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

test(
  'the bundle for browsers has its own door, and imports nothing of Node',
  withFolder((folder) => {
    const { inputs, imports } = bundle(folder);
    assert.ok(inputs.includes('packages/transport/dist/browser.js'), inputs.join());
    assert.not.ok(inputs.includes('packages/transport/dist/internal.js'), inputs.join());
    assert.equal(imports, []);
  }),
);

test(
  'a page without anything of Node calls out, is called, and ends its link',
  withFolder(async (folder) => {
    const left = watchLeftovers();
    const { port1, port2 } = new MessageChannel();
    const link = messagePort(port1);
    expose({ greet: async (name: string) => `hello ${name}` }, link);
    const page = connect<Page>(link);
    const world = new Worker(new URL('./modules/browser-world.ts', import.meta.url), {
      workerData: { bundle: bundle(folder).file, port: port2 },
      transferList: [port2],
    });
    const ended = once(world, 'exit');
    const [report] = (await once(world, 'message')) as unknown[];
    assert.equal(report, { ofNode: [], greeting: 'hello page', inMemory: 1, locally: 2 });
    assert.is(await page.total(1, 2, 3), 6);
    assert.is(await page.counter.add(2).add(3).count, 5);
    await assert.rejects(page.fail(), /^not in a browser$/);
    await connectionOf(page).close();
    assert.equal(await ended, [0]);
    await left.assertNone();
  }),
);
