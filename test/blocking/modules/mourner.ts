/** Runs in a thread: lets the end die that another thread shares with it, blocks on that, and tells what it was told. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { connect, messagePort, RemoteDiedError, sync } from 'remoteobj';

const { port, how } = workerData as { port: MessagePort; how: 'exit' | 'SIGKILL' };
try {
  sync(connect<typeof import('./dueling.js')>(messagePort(port))).die(how);
} catch (error) {
  const { message, executed, exitCode, signal, stderrTail } = error as RemoteDiedError;
  const isDeath = error instanceof RemoteDiedError;
  parentPort?.postMessage({ isDeath, message, executed, exitCode, signal, stderrTail });
}
