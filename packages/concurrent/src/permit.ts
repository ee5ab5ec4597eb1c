import { byReference } from '@remoteobj/core';

/** What `acquire` gives: whoever holds it may go on. */
export interface Permit extends Disposable {
  /** Gives it back, so that the next in line goes on; `using` does the same. May be repeated. */
  release(): void;
}

/**
 * A permit that calls `free` once, when it is given back, with `held`: what whoever has it holds. To another process it goes by reference, and is
 * given back when that releases the reference or dies.
 */
export function permit(free: (held: object) => void): { readonly permit: Permit; readonly held: object } {
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    free(held);
  };
  const face = (): Permit => ({ release, [Symbol.dispose]: release });
  const held = face();
  // byReference gives what is opened only when it is sent; here it is used itself, so it gets the same members.
  return { permit: Object.assign(byReference(held, { dispose: true }), face()), held };
}
