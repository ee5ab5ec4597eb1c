import { sync, type Lock } from 'remoteobj';

/** Calls a function while it holds a lock, blocking all the way. */
export function callHolding(lock: Lock, call: (lock: Lock) => string, again: Lock): string {
  const permit = sync(lock).acquire();
  try {
    return sync(call)(again);
  } finally {
    permit.release();
  }
}

/** Takes a lock and gives it back, blocking. */
export function take(lock: Lock): string {
  sync(lock).acquire().release();
  return 'taken';
}
