import { spawn, spawnThread, sync } from 'remoteobj';
import { blocking } from './blocking-side.js';
import { serviceUrl, type Service } from './service.js';
import type { Side } from './work.js';

const plain = { execArgv: [] };
const start = { child: (url: URL) => spawn<Service>(url, plain), thread: (url: URL) => spawnThread<Service>(url) };

/** A server that owns its thread (peers/busy.mjs). */
interface BusyService {
  add: Service['add'];
  /** Until `rest`, it looks for requests again and again without sleeping. */
  turn(): void;
  rest(): void;
}

const busyUrl = new URL('./peers/busy.mjs', import.meta.url);
const startBusy = {
  child: () => spawn<BusyService>(busyUrl, { ...plain, exposeModule: false }),
  thread: () => spawnThread<BusyService>(busyUrl, { exposeModule: false }),
};

/** Blocking calls of a server that has fallen asleep in its event loop before each of them. */
export function blockingIdle(where: 'child' | 'thread', pause: number): () => Promise<Side> {
  return async () => {
    const spawned = await start[where](serviceUrl);
    const service = sync(spawned.remote);
    return blocking((i) => service.add(i, 2.5, 'hello'), stopped(spawned), { pause });
  };
}

/** Blocking calls of a server that is in a loop of its own. */
export function blockingBusy(where: 'child' | 'thread'): () => Promise<Side> {
  return async () => {
    const spawned = await startBusy[where]();
    const service = sync(spawned.remote);
    return blocking((i) => service.add(i, 2.5, 'hello'), stopped(spawned), {
      before: () => service.turn(),
      after: () => service.rest(),
    });
  };
}

function stopped(spawned: { close(): Promise<unknown> }): () => Promise<void> {
  return () => spawned.close().then(() => {});
}
