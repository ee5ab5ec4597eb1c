import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { byEvents, type Side } from './work.js';

const script = fileURLToPath(new URL('./peers/socket.mjs', import.meta.url));

/** 40 bytes there and back over a socket pair, by Node's quickest way of reading, with no protocol at all. */
export async function rawSocket(): Promise<Side> {
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const stream = child.stdio[3] as unknown as { _handle: unknown };
  const handle = stream._handle;
  stream._handle = null; // the socket below owns it from here on
  const bytes = Buffer.alloc(40);
  let answered = (): void => {};
  let missing = 0;
  const callback = (count: number): boolean => {
    missing -= count;
    if (missing === 0) answered();
    return true;
  };
  // `handle` is Node's own way in; the types do not know it.
  const options = { handle, readable: true, writable: true, onread: { buffer: Buffer.allocUnsafe(65_536), callback } };
  const socket = new Socket(options as ConstructorParameters<typeof Socket>[0]);
  socket.resume();
  const send = (): void => {
    missing += bytes.length;
    socket.write(bytes);
  };
  const stop = async (): Promise<void> => {
    socket.end();
    await once(child, 'exit');
  };
  return byEvents(1, send, (f) => (answered = f), stop);
}
