/** Makers of links to run the contract on, with both ends in this process. */
import { openSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { memoryPair, messagePort } from '@remoteobj/transport';
import { messagePort as browserMessagePort } from '@remoteobj/transport/browser';
import type { LinkUnderTest } from '@remoteobj/transport/contract';
import { openSharedFile, PipeTransport } from '@remoteobj/transport/internal';
import { mappedFiles } from '../blocking/kinds.js';
import { turn } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { browserPort } from './browser-port.js';
import { descriptorOf, socketPair, takeHandle } from './socket-pair.js';
import { watchListeners, watchLoop } from './watch.js';

/** No header of a frame. */
export const rubbish: Uint8Array = new Uint8Array(8).fill(0xee);
/** The header of a frame of 512 MiB; the limit is 256. */
export const overlong: Uint8Array = new Uint8Array([0, 0, 0, 0x20, 0, 0, 0, 0]);

export async function memoryLink(): Promise<LinkUnderTest> {
  const [a, b] = memoryPair();
  return { a, b };
}

export async function portLink(): Promise<LinkUnderTest> {
  const holdsLoop = watchLoop();
  const { port1, port2 } = new MessageChannel();
  const listeners = watchListeners(port1, port2);
  return {
    a: messagePort(port1),
    b: messagePort(port2),
    rubbish: () => port1.postMessage({ not: 'ours' }),
    cut: () => port1.close(),
    holdsLoop,
    listeners,
  };
}

/** Ports between which no memory is shared. */
export async function barePortLink(): Promise<LinkUnderTest> {
  const before = process.env['REMOTEOBJ_LINK'];
  process.env['REMOTEOBJ_LINK'] = 'port';
  try {
    return await portLink();
  } finally {
    if (before === undefined) delete process.env['REMOTEOBJ_LINK'];
    else process.env['REMOTEOBJ_LINK'] = before;
  }
}

/** Ports as browsers have them, and what browsers import. */
export async function browserPortLink(): Promise<LinkUnderTest> {
  const { port1, port2 } = new MessageChannel();
  const listeners = watchListeners(port1, port2);
  return {
    a: browserMessagePort(browserPort(port1)),
    b: browserMessagePort(browserPort(port2)),
    rubbish: () => port1.postMessage({ not: 'ours' }),
    cut: () => port1.close(),
    listeners,
  };
}

export async function pipeLink(): Promise<LinkUnderTest> {
  const holdsLoop = watchLoop();
  const [one, two] = await socketPair();
  const fd = descriptorOf(one);
  const [a, b] = [pipeOver(one), pipeOver(two)];
  return {
    a,
    b,
    rubbish: () => void writeSync(fd, rubbish),
    overlong: () => void writeSync(fd, overlong),
    // Closing with a reason ends without the mark of an orderly end, as a crash does.
    cut: () => void a.close(new Error('crash')),
    holdsLoop,
  };
}

/** A pipe that has gone over to shared memory, as between processes that both map. */
export async function ringLink(): Promise<LinkUnderTest> {
  const holdsLoop = watchLoop();
  const [one, two] = await socketPair();
  const file = openSharedFile();
  assert.ok(file !== undefined, 'this system has no memory to share');
  const again = openSync(`/dev/fd/${file}`, 'r+');
  const before = process.env['REMOTEOBJ_LINK'];
  process.env['REMOTEOBJ_LINK'] = 'ring';
  const a = pipeOver(one, { shared: file, offers: true });
  const b = pipeOver(two, { shared: again });
  if (before === undefined) delete process.env['REMOTEOBJ_LINK'];
  else process.env['REMOTEOBJ_LINK'] = before;
  for (let i = 0; i < 20; i++) await turn(); // until they have agreed
  assert.is.not(mappedFiles(), 0, 'they did not go over to shared memory');
  return { a, b, cut: () => void a.close(new Error('crash')), holdsLoop };
}

function pipeOver(socket: Socket, parts: { readonly shared?: number; readonly offers?: boolean } = {}): PipeTransport {
  return new PipeTransport({
    handle: takeHandle(socket),
    peer: 'same',
    maxFrameBytes: 80 * 1024 * 1024,
    explain: async (error) => error ?? new Error('cut off'),
    ...parts,
  });
}
