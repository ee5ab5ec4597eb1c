import { writeSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { memoryPair, messagePort } from '@remoteobj/transport';
import { ReceiverFault, transportContract, type LinkUnderTest } from '@remoteobj/transport/contract';
import { PipeTransport } from '@remoteobj/transport/internal';
import { nextUnhandledRejection, assert, test, watchLeftovers } from '../support/suite.js';

/** Each transport, as a maker of fresh pairs. */
const makers: Record<string, () => Promise<LinkUnderTest>> = {
  memory: async () => {
    const [a, b] = memoryPair();
    return { a, b };
  },
  'message port': async () => {
    const { port1, port2 } = new MessageChannel();
    return {
      a: messagePort(port1),
      b: messagePort(port2),
      rubbish: () => port1.postMessage({ not: 'ours' }),
      cut: () => port1.close(),
    };
  },
  pipe: async () => {
    const [one, two] = await socketPair();
    const pipe = (socket: Socket): PipeTransport =>
      new PipeTransport({
        handle: take(socket),
        peer: 'same',
        maxFrameBytes: 80 * 1024 * 1024,
        explain: async (error) => error ?? new Error('cut off'),
      });
    const { fd } = (one as unknown as { _handle: { fd: number } })._handle;
    const [a, b] = [pipe(one), pipe(two)];
    // Closing with a reason ends without the mark of an orderly end, as a crash does.
    return {
      a,
      b,
      rubbish: () => void writeSync(fd, Buffer.alloc(8, 0xee)),
      cut: () => void a.close(new Error('crash')),
    };
  },
};

for (const [name, make] of Object.entries(makers)) {
  for (const check of transportContract) {
    test(`${name}: ${check.name}`, async () => {
      const left = watchLeftovers();
      const fault = check.name.includes('throws') ? nextUnhandledRejection() : undefined;
      await check.run(make);
      if (fault !== undefined) assert.instance(await fault, ReceiverFault);
      await left.assertNone();
    });
  }
}

let sockets = 0;

/** A connected pair of stream sockets, as a child's descriptor 3 is. */
async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(tmpdir(), `remoteobj-${process.pid}-${sockets++}.sock`);
  const server = createServer({ pauseOnConnect: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const client = connect({ path });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('error', reject);
  });
  const socket = await accepted;
  server.close();
  return [client, socket];
}

function take(socket: Socket): unknown {
  const holder = socket as unknown as { _handle: unknown };
  const handle = holder._handle;
  holder._handle = null;
  return handle;
}
