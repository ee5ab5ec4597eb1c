import { byReference } from '@remoteobj/core';

/** What `acquire` gives: whoever holds it may go on. */
export interface Permit extends Disposable {
  /** Gives it back, so that the next in line goes on; `using` does the same. May be repeated. */
  release(): void;
}

/**
 * A permit that calls `free` once, when it is given back. To another process it goes by reference, and is given back when that
 * releases the reference or dies.
 */
export function permit(free: () => void): Permit {
  let held = true;
  const release = (): void => {
    if (!held) return;
    held = false;
    free();
  };
  const face = (): Permit => ({ release, [Symbol.dispose]: release });
  // byReference gives what is opened only when it is sent; here it is used itself, so it gets the same members.
  return Object.assign(byReference(face(), { dispose: true }), face());
}
