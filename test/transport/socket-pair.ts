/** Connected pairs of stream sockets, as a child's descriptor 3 is. */
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let counted = 0;

export async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(tmpdir(), `remoteobj-${process.pid}-${counted++}.sock`);
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const client = connect({ path });
  const [accepted] = await Promise.all([
    new Promise<Socket>((resolve) => server.once('connection', resolve)),
    new Promise<void>((resolve, reject) => client.once('connect', resolve).once('error', reject)),
  ]);
  server.close();
  return [client, accepted];
}

/** The number of the descriptor, which a transport takes over with the handle. */
export function descriptorOf(socket: Socket): number {
  return (socket as unknown as { readonly _handle: { readonly fd: number } })._handle.fd;
}

/** The transport owns it from here on. */
export function takeHandle(socket: Socket): unknown {
  const holder = socket as unknown as { _handle: unknown };
  const handle = holder._handle;
  holder._handle = null;
  return handle;
}
