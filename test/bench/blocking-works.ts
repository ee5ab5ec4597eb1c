import { blockingBusy, blockingIdle } from './blocking.js';
import { coincidentBusy, coincidentIdle } from './coincident.js';
import { pingPong, whyNoPingPong } from './ping-pong.js';
import { synckitBusy, synckitIdle } from './synckit.js';
import type { Work } from './work.js';

/** Milliseconds before each call of a server that is to be asleep. */
const pause = 1;
const busy = { unit: 'time', times: 1000 } as const;
const idle = { unit: 'time', times: 30 } as const;
const inC = { missing: whyNoPingPong };

/** Blocking calls, of servers that are awake and of servers that must be woken. */
export const blockingWorks: readonly Work[] = [
  {
    name: 'blocking call, child, busy server',
    against: 'synckit, thread',
    must: 0.3,
    ...busy,
    ours: blockingBusy('child'),
    peer: synckitBusy,
  },
  {
    name: 'blocking call, child, busy server',
    against: 'coincident, thread',
    must: 0.3,
    ...busy,
    ours: blockingBusy('child'),
    peer: coincidentBusy,
  },
  {
    name: 'blocking call, child, idle server',
    against: 'synckit, thread',
    must: 0.8,
    ...idle,
    ours: blockingIdle('child', pause),
    peer: synckitIdle(pause),
  },
  {
    name: 'blocking call, child, idle server',
    against: 'coincident, thread',
    must: 0.8,
    ...idle,
    ours: blockingIdle('child', pause),
    peer: coincidentIdle(pause),
  },
  {
    name: 'blocking call, thread, busy server',
    against: 'synckit',
    must: 0.2,
    ...busy,
    ours: blockingBusy('thread'),
    peer: synckitBusy,
  },
  {
    name: 'blocking call, thread, idle server',
    against: 'synckit',
    must: 0.7,
    ...idle,
    ours: blockingIdle('thread', pause),
    peer: synckitIdle(pause),
  },
  {
    name: 'blocking call, child, busy server',
    against: 'shared memory in C, spinning',
    ...busy,
    ...inC,
    ours: blockingBusy('child'),
    peer: pingPong('spinning', 0),
  },
  {
    name: 'blocking call, child, idle server',
    against: 'shared memory and futex in C',
    ...idle,
    ...inC,
    ours: blockingIdle('child', pause),
    peer: pingPong('sleeping', pause),
  },
];
