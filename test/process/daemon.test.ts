import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { assert, test, watchLeftovers } from '../support/suite.js';

const script = fileURLToPath(new URL('./modules/parent-script.ts', import.meta.url));

/** A program whose standard output its child has as well: the output ends when both are gone. */
interface Program {
  readonly ready: Promise<unknown>;
  readonly exited: Promise<unknown[]>;
  /** Resolves to all that was printed, when nobody is left who could print. */
  readonly allGone: Promise<string>;
  kill(): void;
}

function run(...args: string[]): Program {
  const child = spawn(process.execPath, ['--import', '@remoteobj/process/ts', script, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('ready')) resolve();
    });
  });
  return {
    ready,
    exited: once(child, 'exit'),
    allGone: once(child.stdout, 'close').then(() => output),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Fails when `promise` is not settled within so many milliseconds, of which those do not count that this process was late itself. */
async function inTime<T>(promise: PromiseLike<T>, milliseconds: number, what: string): Promise<T> {
  const tick = 10;
  let left = milliseconds / tick;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      if (left-- <= 0) reject(new Error(`${what} took more than ${milliseconds} ms`));
    }, tick);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearInterval(timer);
  }
}

for (const [does, limit] of [
  ['waits', 1000],
  ['waits for a busy child', 4000],
  ['waits for the first call of a busy child', 4000],
] as const) {
  test(`a child goes when its parent, which ${does}, is killed`, async () => {
    const left = watchLeftovers();
    const program = run(does);
    await program.ready;
    program.kill();
    await program.exited;
    await inTime(program.allGone, limit, 'the end of the child');
    await left.assertNone();
  });
}

test('a child that is no daemon lives on when its parent is killed', async () => {
  const left = watchLeftovers();
  const program = run('waits for a child that outlives it', 'false');
  await program.ready;
  program.kill();
  assert.match(await program.allGone, 'outlived');
  await left.assertNone();
});

for (const [does, code] of [
  ['ends', 0],
  ['ends with a thread', 0],
  ['exits', 0],
  ['throws', 1],
] as const) {
  test(`a program that ${does} without closing what it started takes it along`, async () => {
    const left = watchLeftovers();
    const program = run(does);
    try {
      assert.equal(await inTime(program.exited, 10_000, 'the end of the program'), [code, null]);
      await inTime(program.allGone, 1000, 'the end of the child');
    } finally {
      program.kill(); // one that does not end by itself must not hold up the others
    }
    await left.assertNone();
  });
}
