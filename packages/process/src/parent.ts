import { isMainThread, parentPort } from 'node:worker_threads';
import type { Transport } from '@remoteobj/core';
import { messagePort } from '@remoteobj/transport';
import { parentPipe } from '@remoteobj/transport/internal';

let transport: Transport | undefined;

/**
 * The transport to whoever started this process or thread with `spawn` or `spawnThread`; the same one each time.
 *
 * Throws an Error where nobody did.
 */
export function parent(): Transport {
  return (transport ??= isMainThread ? parentPipe() : messagePort(expectPort(), { peer: 'parent' }));
}

function expectPort(): NonNullable<typeof parentPort> {
  if (parentPort === null) throw new Error('parent(): this thread has no parent port');
  return parentPort;
}
