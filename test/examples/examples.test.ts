import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test, assert } from '../support/suite.js';

const top = new URL('../../', import.meta.url);
const examples = readdirSync(new URL('examples/', top)).filter((name) =>
  existsSync(new URL(`examples/${name}/main.ts`, top)),
);

test('there are examples', () => {
  assert.ok(examples.length >= 3, `found ${examples.join(', ') || 'none'}`);
});

for (const name of examples) {
  test(`example ${name} prints what its expected.txt says and exits with 0`, async () => {
    const { stdout, stderr, code } = await run(`examples/${name}/main.ts`);
    assert.is(stdout, readFileSync(new URL(`examples/${name}/expected.txt`, top), 'utf8'), `stderr: ${stderr}`);
    assert.is(code, 0, `stderr: ${stderr}`);
  });
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  /** Null when a signal ended it. */
  readonly code: number | null;
}

/** Runs an example as a user would, from the top of the repository. */
function run(path: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'remoteobj/ts', path], {
      cwd: fileURLToPath(top),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ stdout, stderr, code }));
  });
}
