import { blockingWorks } from './blocking-works.js';
import { concurrencyWorks } from './concurrency-works.js';
import { forked, forkedAdvanced, forking } from './forked.js';
import { idleShare } from './idle.js';
import { inChild, inThread, starting, type RemoteService } from './ours.js';
import { rawSocket } from './sockets.js';
import { comlink, fiveTrips, rawPort } from './threaded.js';
import type { Cost, Work } from './work.js';

const add = (service: RemoteService, i: number): unknown => service.add(i, 2.5, 'hello');
const get = (service: RemoteService): unknown => service.a.b.c.d;
const chain = (service: RemoteService): unknown => service.link.next(1).next(2).next(3).next(4).total(5);
const large = new Uint8Array(1024 * 1024).fill(7);

// Certificates that a machine adds to Node are read by every process that starts, and can hide the rest.
const { NODE_EXTRA_CA_CERTS: _certificates, ...lean } = process.env;

/** The table: what is compared with what, and what is asked of it. */
export const works: readonly Work[] = [
  {
    name: 'small call, one at a time, child',
    against: 'process.send (json)',
    unit: 'time',
    must: 0.35,
    times: 1000,
    ours: inChild(add),
    peer: forked(1),
  },
  {
    name: 'small calls, 100 in flight, child',
    against: 'process.send (json)',
    unit: 'rate',
    must: 2.5,
    times: 10_000,
    ours: inChild(add, 100),
    peer: forked(100),
  },
  {
    name: 'small call, one at a time, thread',
    against: 'Comlink',
    unit: 'time',
    must: 0.7,
    times: 1000,
    ours: inThread(add),
    peer: comlink((service, i) => service.add(i, 2.5, 'hello')),
  },
  {
    name: 'small calls, 100 in flight, thread',
    against: 'Comlink',
    unit: 'rate',
    must: 4,
    times: 10_000,
    ours: inThread(add, 100),
    peer: comlink((service, i) => service.add(i, 2.5, 'hello'), 100),
  },
  {
    name: 'get of a.b.c.d, thread',
    against: 'Comlink',
    unit: 'time',
    must: 0.7,
    times: 1000,
    ours: inThread(get),
    peer: comlink((service) => service.a.b.c.d),
  },
  {
    name: 'chain of 5 calls on results, thread',
    against: 'Comlink (5 trips)',
    unit: 'time',
    must: 0.25,
    times: 50,
    ours: inThread(chain),
    peer: comlink(fiveTrips),
  },
  {
    name: '1 MiB typed array there and back, child',
    against: 'process.send (advanced)',
    unit: 'rate',
    must: 4,
    times: 10,
    ours: inChild((service) => service.echo(large)),
    peer: forkedAdvanced(large),
  },
  {
    name: 'spawn to first answer',
    against: 'fork + first message',
    unit: 'time',
    must: 1.25,
    times: 1,
    slices: 3,
    ours: starting(process.env),
    peer: forking(process.env),
  },
  {
    name: 'the same without NODE_EXTRA_CA_CERTS',
    against: 'fork + first message',
    unit: 'time',
    must: 1.25,
    times: 1,
    slices: 3,
    ours: starting(lean),
    peer: forking(lean),
  },
  {
    name: 'small call, one at a time, child',
    against: 'bare socket pair',
    unit: 'time',
    times: 1000,
    ours: inChild(add),
    peer: rawSocket,
  },
  {
    name: 'small call, one at a time, thread',
    against: 'bare postMessage',
    unit: 'time',
    times: 1000,
    ours: inThread(add),
    peer: rawPort(1),
  },
  {
    name: 'small calls, 100 in flight, thread',
    against: 'bare postMessage',
    unit: 'rate',
    times: 10_000,
    ours: inThread(add, 100),
    peer: rawPort(100),
  },
  ...blockingWorks,
  ...concurrencyWorks,
];

/** Seconds for which a pair does nothing. */
const idleSeconds = 10;

/** Figures that stand alone. */
export const costs: readonly Cost[] = [
  {
    name: `idle pair, child, ${idleSeconds} s`,
    unit: '% of a core',
    must: 0.1,
    figure: idleShare('child', idleSeconds),
  },
  {
    name: `idle pair, thread, ${idleSeconds} s`,
    unit: '% of a core',
    must: 0.1,
    figure: idleShare('thread', idleSeconds),
  },
];
