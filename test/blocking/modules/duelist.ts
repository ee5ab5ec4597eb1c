/** Runs in a thread: blocks on the end that another thread shares with it. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { connect, messagePort, sync } from 'remoteobj';

const { port, times } = workerData as { port: MessagePort; times: number };
const remote = sync(connect<typeof import('./dueling.js')>(messagePort(port)));
for (let i = 1; i <= times; i++) {
  const got = remote.echo(i);
  if (got !== i) throw new Error(`got ${got} instead of ${i}`);
}
parentPort?.postMessage(times);
