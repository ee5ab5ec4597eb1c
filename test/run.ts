/**
 * Runs the test files, each in a process of its own, and prints `N passed, N failed, N skipped` last.
 *
 * Arguments are parts of paths: only files whose path contains one of them are run.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const main = fileURLToPath(new URL('support/main.ts', import.meta.url));
/** Milliseconds that a file may take. */
const limit = 400_000;
/** Files that run at the same time. */
const lanes = 2;

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const wanted = process.argv.slice(2);
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) throw new Error(`no test file matches ${wanted.join(' ')}`);

const totals = { passed: 0, failed: 0, skipped: 0 };
/** The cases of all files in test/faults. */
const faults = { cases: 0, passed: 0 };
const queue = [...files];
await Promise.all(Array.from({ length: lanes }, lane));
if (faults.cases > 0) console.log(`faults: ${faults.cases} cases, ${faults.passed} passed`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 ? 1 : 0;

async function lane(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const { passed, failed, skipped } = await runFile(file);
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
  }
}

async function runFile(file: string): Promise<Outcome> {
  const mark = randomUUID();
  const running = join(tmpdir(), `remoteobj-test-${mark}`);
  const started = Date.now();
  const child = spawn(process.execPath, ['--expose-gc', '--import', '@remoteobj/process/ts', main, `${root}${file}`], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, REMOTEOBJ_TEST_RUN: mark, REMOTEOBJ_TEST_NOW: running, FORCE_COLOR: '0', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const end = await ended(child);
  clearTimeout(timer);
  const outcome = judge(output, end, await leftBehind(mark));
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    `${outcome.failed > 0 ? 'FAIL' : 'ok  '} ${relative(root, `${root}${file}`)} (${outcome.passed} in ${seconds} s)`,
  );
  if (outcome.failed > 0) console.log(output);
  for (const [, cases, passed] of output.matchAll(/^faults: (\d+) cases, (\d+) passed$/gm)) {
    faults.cases += Number(cases);
    faults.passed += Number(passed);
  }
  if (outcome.failed > 0 && end !== '1')
    console.log(`it ended in: ${existsSync(running) ? readFileSync(running, 'utf8') : 'no test'}`);
  rmSync(running, { force: true });
  return outcome;
}

/** How the process ended, once its output is complete; a process that it left behind may hold the pipes, and is not waited for. */
function ended(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      const end = signal ?? String(code);
      const grace = setTimeout(() => resolve(end), 1000);
      child.once('close', () => {
        clearTimeout(grace);
        resolve(end);
      });
    });
  });
}

/** A file fails as a whole when its process does, when it prints no totals, or when processes of it are left. */
function judge(output: string, end: string, left: readonly string[]): Outcome {
  const number = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(output)?.[1] ?? 0);
  const total = number('Total');
  const passed = number('Passed');
  const skipped = number('Skipped');
  let failed = total - passed - skipped;
  for (const command of left) console.log(`left running: ${command}`);
  if (total === 0 || left.length > 0 || (end !== '0' && failed === 0)) failed++;
  if (end !== '0') console.log(`the file's process ended with ${end}`);
  return { passed, failed: Math.max(failed, 0), skipped };
}

/** Processes that carry the file's mark in their environment and are still there after a moment; they are ended. */
async function leftBehind(mark: string): Promise<string[]> {
  if (!existsSync('/proc')) return [];
  const deadline = Date.now() + 2000;
  let found = marked(mark);
  while (found.length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = marked(mark);
  }
  return found.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      process.kill(pid, 'SIGKILL');
      return [command];
    } catch {
      return []; // it went just now
    }
  });
}

function marked(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').includes(`REMOTEOBJ_TEST_RUN=${mark}`);
      } catch {
        return false; // gone, or not ours to look at
      }
    })
    .map(Number);
}
