import { Worker } from 'node:worker_threads';
import { releaseProxy, wrap } from 'comlink/dist/esm/comlink.mjs';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { byEvents, oneByOne, windowed, type Side } from './work.js';

/** The functions of the other side as Comlink shows them; its own types lose nested objects and what is a proxy. */
interface ProxiedService {
  add(a: number, b: number, text: string): Promise<number>;
  readonly a: { readonly b: { readonly c: { readonly d: Promise<number> } } };
  readonly link: ProxiedLink;
}

interface ProxiedLink {
  next(n: number): Promise<ProxiedLink>;
  total(n: number): Promise<number>;
  [releaseProxy](): void;
}

type Operation = (service: ProxiedService, i: number) => unknown;

/** Comlink in a worker thread. */
export function comlink(operation: Operation, width = 1): () => Promise<Side> {
  return async () => {
    const worker = plainWorker('./peers/comlink.mjs');
    const service = wrap(nodeEndpoint(worker)) as unknown as ProxiedService;
    const stop = (): Promise<void> => worker.terminate().then(() => {});
    return width === 1
      ? oneByOne((i) => operation(service, i), stop)
      : windowed(width, (i) => operation(service, i), stop);
  };
}

/** Five calls, each on the result of the one before; every result is a proxy that wants to be released. */
export async function fiveTrips(service: ProxiedService): Promise<number> {
  const links: ProxiedLink[] = [];
  let { link } = service;
  for (let n = 1; n < 5; n++) {
    link = await link.next(n);
    links.push(link);
  }
  const total = await link.total(5);
  for (const used of links) used[releaseProxy]();
  return total;
}

/** A bare `postMessage` there and back. */
export function rawPort(width: number): () => Promise<Side> {
  return async () => {
    const worker = plainWorker('./peers/port.mjs');
    const stop = (): Promise<void> => worker.terminate().then(() => {});
    return byEvents(
      width,
      (i) => worker.postMessage([i, i, 2.5, 'hello']),
      (f) => worker.on('message', f),
      stop,
    );
  };
}

function plainWorker(path: string): Worker {
  return new Worker(new URL(path, import.meta.url), { execArgv: [] });
}
