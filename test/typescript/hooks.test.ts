import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assert, test } from '../support/suite.js';

const hook = pathToFileURL(createRequire(import.meta.url).resolve('@remoteobj/process/ts')).href;

test('a TypeScript file runs, and imports others by the names that TypeScript gives them', async () => {
  const { stdout, stderr, code } = await run({
    'main.ts': `
      import { a } from './a.js'; import { b } from './b.ts'; import { c } from './c.mjs'; import { d } from './d.js';
      import type { Missing } from './nowhere.js';
      const sum: number = a + b + c + d; console.log(sum as Missing extends never ? never : number);`,
    'a.ts': 'export const a: number = 1;',
    'b.ts': 'export const b = 2 satisfies number;',
    'c.mts': 'export const c = <number>4;',
    'd.js': 'export const d = 8;',
    'd.ts': 'export const d: number = 800;',
  });
  assert.is(stdout, '15\n', stderr);
  assert.is(stderr, '');
  assert.is(code, 0);
});

test('imports of types that do not say so are dropped, and import attributes stay', async () => {
  const { stdout, stderr } = await run({
    'main.ts': `
      import { Shape, sides } from './shapes.js';
      import data from './data.json' with { type: 'json' };
      const shape: Shape = { name: 'square' };
      console.log(shape.name, sides, data.answer);`,
    'shapes.ts': 'export interface Shape { name: string }\nexport const sides = 4;',
    'data.json': '{ "answer": 42 }',
  });
  assert.match(stdout, /^square 4 42$/m, stderr);
});

test('what Node 20 has no syntax for is lowered: using, and fields keep their meaning', async () => {
  const { stdout, stderr } = await run({
    'main.ts': `
      class Base { constructor() { this.made(); } made(): void {} }
      class Derived extends Base { field: string | undefined; override made(): void { this.field = 'from made'; } }
      { using last = { [Symbol.dispose]() { console.log('disposed'); } }; console.log(typeof last); }
      { await using last = { async [Symbol.asyncDispose]() { console.log('disposed later'); } }; console.log(typeof last); }
      console.log(new Derived().field);`,
  });
  assert.is(stdout, 'object\ndisposed\nobject\ndisposed later\nundefined\n', stderr);
});

test('a syntax error is a SyntaxError that names file, line and column', async () => {
  const { stdout, stderr } = await run({
    'main.ts': `
      try { await import('./broken.js'); } catch (error) {
        console.log(error instanceof SyntaxError, (error as Error).message);
      }`,
    'broken.ts': 'export const fine = 1;\nexport const broken: = 2;\n',
  });
  assert.match(stdout, /^true .*[/\\]broken\.ts:2:22: /, stderr);
});

test('a stack shows the lines of the TypeScript source', async () => {
  const { stderr, code } = await run({
    'main.ts': `interface Long {\n  a: 1;\n  b: 2;\n}\n\nfunction fails(_: Long | null): never {\n  throw new RangeError('here');\n}\nfails(null);\n`,
  });
  assert.is(code, 1);
  assert.match(stderr, /RangeError: here\n\s+at fails \(.*main\.ts:7:9\)\n\s+at .*main\.ts:9:1/);
});

test('a missing file is reported as Node does it', async () => {
  const { stdout } = await run({
    'main.ts': `for (const name of ['./gone.js', './gone.ts']) await import(name).catch((error) => console.log(error.code));`,
  });
  assert.is(stdout, 'ERR_MODULE_NOT_FOUND\nERR_MODULE_NOT_FOUND\n');
});

test('files of node_modules are left alone', async () => {
  const { stdout } = await run({
    'main.ts': `import 'plain'; await import('typed').catch((error) => console.log(error.code));`,
    'node_modules/plain/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/plain/index.js': `import './other.js'`,
    'node_modules/plain/other.js': `console.log('plain')`,
    'node_modules/plain/other.ts': `console.log('never')`,
    'node_modules/typed/package.json': '{ "type": "module", "exports": "./index.ts" }',
    'node_modules/typed/index.ts': 'export const typed: number = 1;',
  });
  assert.match(stdout, /^plain\nERR_(UNKNOWN_FILE_EXTENSION|UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING)\n$/);
});

test('a worker thread that registers the hook imports TypeScript too', async () => {
  const { stdout, stderr, code } = await run(
    {
      'main.mjs': `
        import { Worker } from 'node:worker_threads';
        const worker = new Worker(new URL('worker.mjs', import.meta.url));
        worker.on('message', (value) => console.log('from the thread:', value));
        worker.on('exit', (code) => console.log('exit', code));`,
      'worker.mjs': `
        import { parentPort } from 'node:worker_threads';
        await import(${JSON.stringify(hook)});
        parentPort.postMessage((await import('./value.js')).value);`,
      'value.ts': `export const value: string = 'typed';`,
    },
    { main: 'main.mjs', execArgv: [] },
  );
  assert.is(stdout, 'from the thread: typed\nexit 0\n', stderr);
  assert.is(stderr, '');
  assert.is(code, 0);
});

test('registered twice, a file is still translated once, and no process of esbuild is left while the program runs', async () => {
  const { stdout, stderr } = await run(
    {
      'main.ts': `
        import { existsSync, readFileSync } from 'node:fs';
        const file = \`/proc/self/task/\${process.pid}/children\`;
        console.log(existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
        const two: number = 2; console.log(two);`,
    },
    { execArgv: ['--import', hook, '--import', `${hook}?again`] },
  );
  assert.is(stdout, '\n2\n', stderr);
});

test("esbuild's own way of working is as before for a program that uses it", async () => {
  const { stdout } = await run({ 'main.ts': `console.log(process.env['ESBUILD_WORKER_THREADS']);` });
  assert.is(stdout, 'undefined\n');
});

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** Writes the files to a folder of their own and runs one of them; resolves when its process has ended by itself. */
async function run(
  files: Readonly<Record<string, string>>,
  { main = 'main.ts', execArgv = ['--import', hook] }: { main?: string; execArgv?: string[] } = {},
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'remoteobj-typescript-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return await ended(execArgv, join(folder, main));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ended(execArgv: readonly string[], main: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...execArgv, main], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ stdout, stderr, code }));
  });
}
