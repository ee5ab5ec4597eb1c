/** Runs in a child process: `node child.js <assignment> [args]`. */
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import '@remoteobj/except/internal'; // which core imports: named here, it is fetched together with core, not after it
import { linkOf, refuseValues } from '@remoteobj/core/internal';
import { parentPipe } from '@remoteobj/transport/internal';
import { guardAgainstOrphaning } from '../started/orphan.js';
import { powerfulBuiltIns } from '../started/powerful.js';
import { serve, type Assignment } from '../started/serve.js';

const assignment = JSON.parse(process.argv[2] ?? '') as Assignment & { readonly daemon: boolean };
// The module sees the command line it would have had as the main module.
process.argv.splice(1, 2, assignment.href.startsWith('file:') ? fileURLToPath(assignment.href) : assignment.href);

refuseValues(powerfulBuiltIns());
const parent = parentPipe();
const link = linkOf(parent);
// First, so that what is answered in the turn that exits is handed to the pipe before the pipe writes itself out.
process.prependListener('exit', () => link.leave());
if (assignment.daemon) guardAgainstOrphaning();
link.watchers.add(() => {
  // Closed by the parent: this process has done its work. The parent is gone: only a daemon goes with it.
  if (link.ended === undefined) return;
  const { reason } = link.ended;
  if ((reason as { code?: unknown } | undefined)?.code === 'ERR_PROTOCOL') {
    // Nothing can be told over the link any more; what is written here is what the parent finds in the error of this death.
    writeSync(2, `remoteobj: this process broke its link off: ${reason?.message}\n`);
    process.exitCode = 1;
  }
  if (reason === undefined || assignment.daemon) process.exit();
});
void serve(assignment, parent);
