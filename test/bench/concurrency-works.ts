import { inBackground } from './backgrounds.js';
import { handWritten } from './hand-written.js';
import { lockRoundTrip } from './locks.js';
import { inChild } from './ours.js';
import { pipelineHere, pipelineOfThreads } from './pipelines.js';
import { queued } from './queued.js';
import type { Work } from './work.js';
import { piscina, workerpool } from './worker-pools.js';

/** Pipelines of three stages with two workers each, whose items take no time by themselves; functions in the background; and locks. */
export const concurrencyWorks: readonly Work[] = [
  {
    name: 'pipeline items, threads',
    against: 'hand-written, worker_threads',
    unit: 'rate',
    must: 0.8,
    times: 2000,
    ours: pipelineOfThreads,
    peer: handWritten,
  },
  {
    name: 'pipeline items, one process',
    against: 'p-queue',
    unit: 'rate',
    must: 0.8,
    times: 2000,
    ours: pipelineHere,
    peer: queued,
  },
  {
    name: 'background, call to result, thread',
    against: 'piscina',
    unit: 'time',
    must: 1.2,
    times: 500,
    ours: inBackground('thread'),
    peer: piscina,
  },
  {
    name: 'background, call to result, process',
    against: 'workerpool',
    unit: 'time',
    must: 1,
    times: 500,
    ours: inBackground('process'),
    peer: workerpool,
  },
  {
    name: 'lock of a child, acquired and let go',
    against: 'a small call of ours',
    unit: 'time',
    times: 500,
    ours: lockRoundTrip,
    peer: inChild((service, i) => service.add(i, 2.5, 'hello')),
  },
];
