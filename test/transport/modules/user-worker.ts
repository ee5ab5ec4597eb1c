/**
 * A program with a worker of its own and a link to it; says at its end what came first. Argument: `kept`, the worker keeps the
 * program; `let-go`, it does not; `waited-for`, it does not, but a call is under way.
 */
import { parentPort, Worker, isMainThread, workerData } from 'node:worker_threads';
import { connect, expose } from '@remoteobj/core';
import { messagePort, type PortLike } from '@remoteobj/transport';

interface Service {
  late(): Promise<string>;
}

if (isMainThread) {
  const kind = process.argv[2];
  const worker = new Worker(new URL(import.meta.url), { workerData: kind });
  if (kind !== 'kept') worker.unref();
  const remote = connect<Service>(messagePort(worker));
  let workerEnded = false;
  worker.on('exit', () => (workerEnded = true));
  process.on('exit', () => console.log(workerEnded ? 'the worker ended first' : 'the program ended first'));
  if (kind === 'waited-for') console.log(await remote.late());
} else if (workerData === 'kept') {
  // Nobody is served: it ends by itself after a while.
  setTimeout(() => {}, 300);
} else {
  const late = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve('answered'), 300));
  expose({ late } satisfies Service, messagePort(parentPort as PortLike));
}
