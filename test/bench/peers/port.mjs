// The other end of a bare MessagePort.
import { parentPort } from 'node:worker_threads';
import { add } from './service.mjs';

parentPort.on('message', (message) => parentPort.postMessage([message[0], add(message[1], message[2], message[3])]));
