import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert, test } from '../support/suite.js';

test('what must type-check does, and what must not does not', async () => {
  const folder = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const project = fileURLToPath(new URL('./tsconfig.json', import.meta.url));
  const packages = ['except', 'core', 'transport', 'process', 'remoteobj'].map((name) =>
    fileURLToPath(new URL(`../../packages/${name}`, import.meta.url)),
  );
  const tsc = async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'bin', 'tsc'), ...args]).catch(
      (error: { stdout: string }) => error,
    );
    return stdout;
  };
  assert.is(await tsc('-b', ...packages), '');
  assert.is(await tsc('-p', project), '');
});
