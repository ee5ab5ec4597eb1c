/** The other end of a link under test, in a worker thread: its parent port. What to do comes over a port beside it. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { messagePort, type PortLike } from '@remoteobj/transport';
import { serveEnd } from '@remoteobj/transport/contract';

const { wire } = workerData as { readonly wire: MessagePort };
const port = parentPort as PortLike;

serveEnd(messagePort(port), {
  post: (message) => wire.postMessage(message),
  listen: (onMessage, onEnd) => {
    wire.on('message', (message: unknown) => {
      if (message === 'rubbish') port.postMessage({ not: 'ours' });
      else onMessage(message);
    });
    wire.once('close', onEnd);
  },
});
