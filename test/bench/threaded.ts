import { Worker } from 'node:worker_threads';
import { releaseProxy, wrap, type Remote } from 'comlink/dist/esm/comlink.mjs';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import type { Service } from './service.js';
import { byEvents, oneByOne, windowed, type Side } from './work.js';

type Operation = (service: Remote<Service>, i: number) => PromiseLike<unknown>;

/** Comlink in a worker thread. */
export function comlink(operation: Operation, width = 1): () => Promise<Side> {
  return async () => {
    const worker = plainWorker('./peers/comlink.mjs');
    const service = wrap<Service>(nodeEndpoint(worker));
    const stop = (): Promise<void> => worker.terminate().then(() => {});
    return width === 1 ? oneByOne((i) => operation(service, i), stop) : windowed(width, (i) => operation(service, i), stop);
  };
}

/** Five calls, each on the result of the one before; every result is a proxy that wants to be released. */
export async function fiveTrips(service: Remote<Service>): Promise<number> {
  const links: { [releaseProxy](): void }[] = [];
  let link = service.link as unknown as ProxiedLink;
  for (let n = 1; n < 5; n++) {
    link = await link.next(n);
    links.push(link);
  }
  const total = await link.total(5);
  for (const used of links) used[releaseProxy]();
  return total;
}

/** What Comlink's types do not say of a method that returns `proxy(object)`. */
interface ProxiedLink {
  next(n: number): Promise<ProxiedLink>;
  total(n: number): Promise<number>;
  [releaseProxy](): void;
}

/** A bare `postMessage` there and back. */
export function rawPort(width: number): () => Promise<Side> {
  return async () => {
    const worker = plainWorker('./peers/port.mjs');
    const stop = (): Promise<void> => worker.terminate().then(() => {});
    return byEvents(width, (i) => worker.postMessage([i, i, 2.5, 'hello']), (f) => worker.on('message', f), stop);
  };
}

function plainWorker(path: string): Worker {
  return new Worker(new URL(path, import.meta.url), { execArgv: [] });
}
