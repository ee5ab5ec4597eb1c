import { NotListeningError } from '@remoteobj/except';
import type { View } from '@remoteobj/core/internal';
import type { RelayedCall } from './relayed-call.js';

export function noItemsError(view: View): NotListeningError {
  return new NotListeningError(`${view} has no items: a default cannot be iterated`);
}

/** Nothing can take a blocking call; what it goes on from may wait for that, and is run then. */
export function notReadyError(view: View, base: RelayedCall | undefined): NotListeningError {
  const text = `${view}: nothing is ready to take a blocking call`;
  if (base?.waits !== true) return new NotListeningError(`${text}; await a call first`);
  return new NotListeningError(`${text}, and ${base.view} waits for that: await it first`, { executed: 'unknown' });
}
