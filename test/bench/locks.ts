import { spawn, type Lock } from 'remoteobj';
import { oneByOne, type Side } from './work.js';

const url = new URL('./peers/lock.mjs', import.meta.url);

/** A free lock of a child, acquired and let go from here. */
export async function lockRoundTrip(): Promise<Side> {
  const child = await spawn<{ readonly lock: Lock }>(url, { execArgv: [] });
  const lock = await child.remote.lock;
  const trip = async (): Promise<void> => {
    using _ = await lock.acquire();
  };
  return oneByOne(trip, () => child.close().then(() => {}));
}
