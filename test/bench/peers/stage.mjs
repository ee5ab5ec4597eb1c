// What each stage of a pipeline does, for all sides; as a worker by itself, one of the hand-written pipeline.
import { parentPort, workerData } from 'node:worker_threads';

export const double = (n) => n * 2;

if (workerData === 'hand-written') parentPort.on('message', (n) => parentPort.postMessage(double(n)));
