/** Runs in a thread of a daemon child: kills the process when its parent has changed. */
import { workerData } from 'node:worker_threads';

const parent = workerData as number;
/** Milliseconds between looks: an orphan in a busy loop lives at most this long. */
const interval = 1000;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, interval);
