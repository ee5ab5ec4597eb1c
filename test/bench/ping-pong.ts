import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Side } from './work.js';

const source = fileURLToPath(new URL('./peers/ping-pong.c', import.meta.url));
const folder = fileURLToPath(new URL('../../.cache/bench/', import.meta.url));
const compiler = process.env['CC'] ?? 'cc';
const program = `${folder}ping-pong`;

let missing: string | undefined | false = false;

/** Why the C program cannot be had; undefined: it is there. Compiles it at the first use. */
export function whyNoPingPong(): string | undefined {
  if (missing === false) missing = compile();
  return missing;
}

/** Two processes that wake each other through shared memory in C: what the machine needs for it, with no work done. */
export function pingPong(how: 'spinning' | 'sleeping', pause: number): () => Promise<Side> {
  const run = promisify(execFile);
  return async () => ({
    run: async (times) => Number((await run(program, [how, String(times), String(pause)])).stdout),
    stop: async () => {},
  });
}

function compile(): string | undefined {
  if (process.platform !== 'linux') return 'futex is a call of Linux';
  try {
    mkdirSync(folder, { recursive: true });
    execFileSync(compiler, ['-O2', '-o', program, source], { stdio: ['ignore', 'ignore', 'inherit'] });
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'no C compiler was found' : `${source} could not be compiled`;
  }
}
