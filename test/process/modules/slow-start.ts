/** A module that takes longer to start than a job is waited for that says nothing. */
import { setTimeout as pause } from 'node:timers/promises';

export { untilThrown } from './jobs.js';

await pause(1200);
