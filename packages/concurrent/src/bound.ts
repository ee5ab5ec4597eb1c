import { connectionOf, sync } from '@remoteobj/core';

/** Whether a remote can be called: it belongs to a connection, a pool or a child that is started anew; others only name something. */
export function isBound(remote: unknown): boolean {
  if (typeof (remote as { readonly then?: unknown }).then === 'function') return true; // only what can be called can be awaited
  try {
    connectionOf(remote); // a function that was passed by reference has no step that could be awaited
    return true;
  } catch {
    return false;
  }
}

/** Whether a remote is in its blocking form, so that a call of it waits. */
export function isBlocking(remote: object): boolean {
  try {
    return sync(remote) === remote; // one that blocks already stays what it is
  } catch {
    return false; // it cannot block
  }
}
