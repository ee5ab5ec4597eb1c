import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { pool } from 'workerpool';
import { taskUrl } from './backgrounds.js';
import { oneByOne, type Side } from './work.js';

/** Piscina, which runs a function in one of its worker threads. */
export async function piscina(): Promise<Side> {
  const workers = new Piscina({ filename: taskUrl.href, name: 'task', execArgv: [] });
  return oneByOne(
    (i) => workers.run(i),
    () => workers.destroy(),
  );
}

/** Workerpool, which runs a function in one of its child processes. */
export async function workerpool(): Promise<Side> {
  const script = fileURLToPath(new URL('./peers/workerpool.mjs', import.meta.url));
  const workers = pool(script, { workerType: 'process', forkOpts: { execArgv: [] } });
  return oneByOne(
    (i) => workers.exec('task', [i]),
    () => Promise.resolve(workers.terminate()).then(() => {}),
  );
}
