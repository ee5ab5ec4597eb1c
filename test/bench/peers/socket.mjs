// The other end of a bare socket pair: sends back what comes.
import { Socket } from 'node:net';

const socket = new Socket({
  fd: 3,
  readable: true,
  writable: true,
  onread: {
    buffer: Buffer.allocUnsafe(65_536),
    callback: (count, buffer) => {
      socket.write(Buffer.from(buffer.subarray(0, count)));
      return true;
    },
  },
});
socket.on('end', () => process.exit());
socket.resume();
