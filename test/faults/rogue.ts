/** The other end of a link played by hand: it puts on the wire whatever bytes it likes, and goes when it likes. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { createServer, connect as connectSocket, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { connect, connectionOf, expose, type Connection, type Transport } from '@remoteobj/core';
import { RemoteDiedError } from '@remoteobj/except';
import { messagePort } from '@remoteobj/transport';
import { openSharedFile, PipeTransport } from '@remoteobj/transport/internal';
import { turn, until, type Untyped } from '../support/pair.js';
import type { Scene } from './fault.js';
import { frame, hello, u32 } from './wire.js';

export interface Rogue {
  readonly connection: Connection;
  /** What it pretends to serve. */
  readonly remote: Untyped;
  /** Frames begin at multiples of this. */
  readonly alignment: number;
  /** Puts bytes on the wire. */
  raw(bytes: Uint8Array): void;
  /** Ends as if it had died. */
  cut(): void;
  /** Puts a whole frame on the wire. */
  say(head: Uint8Array, blobs?: readonly Uint8Array[]): void;
  /** Spoils the counter of what it wrote; rings only. */
  readonly spoil?: () => void;
}

type Wire = Omit<Rogue, 'remote' | 'say' | 'connection'> & { readonly transport: Transport };

/** Rings: 256 bytes of counters, then 1 MiB; the offerer's first. */
const header = 256;
const size = 2 ** 20;

/** What the end under test serves. */
export const served = {
  calls: 0,
  echo(value: unknown): unknown {
    this.calls++;
    return value;
  },
};

/** A rogue at the other end of a link of the scene's kind; with `greet` it has said hello, and that it listens. */
export async function rogue(scene: Scene, greet = true): Promise<Rogue> {
  const wire = await wireOf(scene);
  expose(served, wire.transport);
  const remote = connect<Untyped>(wire.transport);
  const connection = connectionOf(remote);
  scene.watch(connection);
  const say = (head: Uint8Array, blobs?: readonly Uint8Array[]): void => wire.raw(frame(head, wire.alignment, blobs));
  if (greet) {
    say(hello);
    await until(() => connection.listening);
  }
  return { ...wire, remote, connection, say };
}

async function wireOf(scene: Scene): Promise<Wire> {
  if (!scene.kind.isProcess) return threadWire();
  return scene.kind.name.includes('ring') ? ringWire() : pipeWire();
}

async function pipeWire(shared?: number): Promise<Wire> {
  const [ours, theirs] = await socketPair();
  const transport = new PipeTransport({
    handle: handleOf(ours),
    peer: 'child',
    shared,
    offers: true,
    explain: async (error) => died(error),
    explainNow: died,
  });
  const fd = (handleOf(theirs, false) as { readonly fd: number }).fd;
  theirs.on('error', () => {});
  return {
    transport,
    alignment: 1,
    raw: (data) => void writeSync(fd, data),
    cut: () => void theirs.destroy(),
  };
}

/** The memory is a file, which can be written without being mapped. */
async function ringWire(): Promise<Wire> {
  const shared = openSharedFile() as number;
  const file = openSync(`/proc/self/fd/${shared}`, 'r+');
  const before = process.env['REMOTEOBJ_LINK'];
  process.env['REMOTEOBJ_LINK'] = 'ring';
  const pipe = await pipeWire(shared).finally(() => {
    if (before === undefined) delete process.env['REMOTEOBJ_LINK'];
    else process.env['REMOTEOBJ_LINK'] = before;
  });
  const ring = ringWriter((data, at) => void writeSync(file, data, 0, data.length, header + size + at));
  const bell = (): void => pipe.raw(u32(0));
  let open = true;
  pipe.raw(u32(0xfffffff1, 0));
  return {
    ...pipe,
    alignment: 8,
    raw: (data) => (ring.put(data), bell()),
    spoil: () => (ring.spoil(), bell()),
    cut: () => {
      if (open) closeSync(file);
      open = false;
      pipe.cut();
    },
  };
}

function threadWire(): Wire {
  const { port1, port2 } = new MessageChannel();
  const memory = new SharedArrayBuffer(2 * (header + size));
  const words = new Int32Array(new SharedArrayBuffer(8));
  const ring = ringWriter((data, at) => new Uint8Array(memory).set(data, at));
  const transport = messagePort(port1, { peer: 'child' });
  port2.postMessage({ remoteobj: 'shares', nonce: 2 ** 32, memory, words, task: undefined, ring: true });
  port2.postMessage({ remoteobj: 'switch' });
  const bell = (): void => port2.postMessage(true);
  return {
    transport,
    alignment: 8,
    raw: (data) => (ring.put(data), bell()),
    spoil: () => (ring.spoil(), bell()),
    cut: () => {
      Atomics.store(words, 1, 1); // as a thread that ends with code 0 leaves it
      port2.close();
    },
  };
}

/** Writes a ring up to its end, once. */
function ringWriter(store: (data: Uint8Array, at: number) => void): {
  put(data: Uint8Array): void;
  spoil(): void;
} {
  let written = 0;
  return {
    put(data) {
      store(data, header + written);
      written += data.length;
      if (written > size) throw new Error('a rogue writes less than a ring');
      store(u32(written), 0);
    },
    spoil: () => store(u32(written + size + 8), 0),
  };
}

let sockets = 0;

async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(tmpdir(), `remoteobj-rogue-${process.pid}-${sockets++}.sock`);
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = connectSocket({ path });
  const [[socket]] = (await Promise.all([accepted, once(client, 'connect')])) as [[Socket], unknown];
  server.close();
  await turn();
  return [client, socket];
}

/** Node's handle of a socket, which a transport takes over. */
function handleOf(socket: Socket, take = true): unknown {
  const holder = socket as unknown as { _handle: unknown };
  const handle = holder._handle;
  if (take) holder._handle = null;
  return handle;
}

function died(cause: Error | undefined): Error {
  return new RemoteDiedError('the rogue is gone', { cause });
}
