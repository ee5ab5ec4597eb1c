/** Runs in a worker thread; the assignment comes as worker data. */
import { workerData } from 'node:worker_threads';
import { linkOf, refuseValues } from '@remoteobj/core/internal';
import { parent } from '../parent.js';
import { powerfulBuiltIns } from '../started/powerful.js';
import { serve, type Assignment } from '../started/serve.js';

const { assignment } = workerData as { readonly assignment: Assignment };
refuseValues(powerfulBuiltIns());
const link = linkOf(parent());
process.prependListener('exit', () => link.leave());
link.watchers.add(() => {
  if (link.ended !== undefined) process.exit();
});
void serve(assignment, parent());
