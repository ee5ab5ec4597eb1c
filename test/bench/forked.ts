import { fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { byEvents, type Side } from './work.js';

const script = fileURLToPath(new URL('./peers/process.mjs', import.meta.url));
// Without the options of this process, such as the loader for TypeScript, which would only cost the peer time.
const plain: ForkOptions = { execArgv: [] };

/** `process.send`, small calls as JSON. */
export function forked(width: number): () => Promise<Side> {
  return messages(plain, width, (i) => [i, i, 2.5, 'hello']);
}

/** `process.send` with structured clone, a large typed array. */
export function forkedAdvanced(bytes: Uint8Array): () => Promise<Side> {
  return messages({ ...plain, serialization: 'advanced' }, 1, () => bytes);
}

/** A new `fork` for each operation, until its first answer. */
export function forking(env: NodeJS.ProcessEnv): () => Promise<Side> {
  return async () => ({
    run: async (times) => {
      let total = 0;
      for (let i = 0; i < times; i++) {
        const start = performance.now();
        const child = fork(script, { ...plain, env });
        child.send([i, i, 2.5, 'hello']);
        await once(child, 'message');
        total += performance.now() - start;
        child.disconnect();
        await once(child, 'exit');
      }
      return total;
    },
    stop: async () => {},
  });
}

function messages(options: ForkOptions, width: number, message: (i: number) => object): () => Promise<Side> {
  return async () => {
    const child = fork(script, options);
    const stop = async (): Promise<void> => {
      child.disconnect();
      await once(child, 'exit');
    };
    return byEvents(
      width,
      (i) => child.send(message(i)),
      (f) => child.on('message', f),
      stop,
    );
  };
}
