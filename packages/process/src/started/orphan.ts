import { createRequire } from 'node:module';
import type * as WorkerThreads from 'node:worker_threads';

/** Milliseconds between looks: an orphan in a busy loop lives at most this long. */
const interval = 1000;

/** What the thread runs. Text, because a thread that starts from a file loads the whole module loader first. */
const watchdog = `
  const { workerData: parent } = require('node:worker_threads');
  setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, ${interval});
`;

/**
 * Ends this process soon after its parent is gone, also while a loop keeps it busy.
 *
 * The end of the channel tells an idle process at once; a busy one never looks at it. So a small thread watches who the parent is:
 * an orphan's changes. A thread works on every platform and for every way of dying; it costs nothing while it sleeps.
 */
export function guardAgainstOrphaning(): void {
  const { Worker } = createRequire(import.meta.url)('node:worker_threads') as typeof WorkerThreads;
  const thread = new Worker(watchdog, {
    eval: true,
    workerData: process.ppid,
    execArgv: [],
    env: {},
    // It writes nothing; otherwise this process's own streams would be opened for it.
    stdout: true,
    stderr: true,
  });
  thread.unref();
  thread.on('error', () => {}); // without a watchdog, the end of the channel still ends an idle process
}
