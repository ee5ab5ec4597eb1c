import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./peers/idle.mjs', import.meta.url));

/**
 * Once in a while after the last work V8 collects garbage of its own accord, for some 20 to 60 ms in each thread; so it does in a
 * bare process, and that is not what is measured.
 */
const options = ['--no-memory-reducer'];

/** Percent of a processor that two connected ends use while nothing happens, both together; in processes of their own. */
export function idleShare(where: 'child' | 'thread', seconds: number): () => Promise<number> {
  return async () =>
    Number((await promisify(execFile)(process.execPath, [...options, script, where, String(seconds)])).stdout);
}
