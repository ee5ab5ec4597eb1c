/** The other end of a link under test, in a child process: descriptor 3. What to do comes over Node's own channel. */
import { writeSync } from 'node:fs';
import { parentPipe } from '@remoteobj/transport/internal';
import { serveEnd } from '@remoteobj/transport/contract';

const transport = parentPipe();

serveEnd(transport, {
  // Its fourth argument takes the error of a channel that was closed meanwhile.
  post: (message) => void process.send?.(message, undefined, undefined, () => {}),
  listen: (onMessage, onEnd) => {
    process.on('message', (message) => {
      if (message instanceof Uint8Array) writeSync(3, message);
      else onMessage(message);
    });
    process.once('disconnect', onEnd);
  },
});
