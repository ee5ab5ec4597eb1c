import { Worker } from 'node:worker_threads';
import { entryUrl } from '../entry-url.js';

/**
 * Ends this process soon after its parent is gone, also while a loop keeps it busy.
 *
 * The end of the channel tells an idle process at once; a busy one never looks at it. So a small thread watches who the parent is:
 * an orphan's changes. A thread works on every platform and for every way of dying; it costs nothing while it sleeps.
 */
export function guardAgainstOrphaning(): void {
  const watchdog = new Worker(entryUrl('watchdog'), {
    workerData: process.ppid,
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  watchdog.unref();
  watchdog.on('error', () => {}); // without a watchdog, the end of the channel still ends an idle process
}
