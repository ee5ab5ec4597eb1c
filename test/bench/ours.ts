import { spawn, spawnThread, type Spawned } from 'remoteobj';
import { serviceUrl, type Service } from './service.js';
import { oneByOne, windowed, type Side } from './work.js';

// Without the options of this process, such as the loader for TypeScript: no other side has them either.
const plain = { execArgv: [] };

/** The functions of the other side, as they are seen here. */
export type RemoteService = Spawned<Service>['remote'];

type Operation = (service: RemoteService, i: number) => unknown;

/** Our side in a child process. */
export function inChild(operation: Operation, width = 1): () => Promise<Side> {
  return async () => side(await spawn<Service>(serviceUrl, plain), operation, width);
}

/** Our side in a worker thread. */
export function inThread(operation: Operation, width = 1): () => Promise<Side> {
  return async () => side(await spawnThread<Service>(serviceUrl), operation, width);
}

/** A new child process for each operation, until its first answer. */
export function starting(env: NodeJS.ProcessEnv): () => Promise<Side> {
  return async () => ({
    run: async (times) => {
      let total = 0;
      for (let i = 0; i < times; i++) {
        const start = performance.now();
        const child = await spawn<Service>(serviceUrl, { ...plain, env });
        await child.remote.add(i, 2.5, 'hello');
        total += performance.now() - start;
        await child.close();
      }
      return total;
    },
    stop: async () => {},
  });
}

function side(spawned: Spawned<Service>, operation: Operation, width: number): Side {
  const { remote } = spawned;
  const stop = (): Promise<void> => spawned.close().then(() => {});
  return width === 1 ? oneByOne((i) => operation(remote, i), stop) : windowed(width, (i) => operation(remote, i), stop);
}
