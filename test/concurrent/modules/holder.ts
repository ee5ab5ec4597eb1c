import type { Lock, Permit } from '@remoteobj/concurrent';
import type { Remote } from '@remoteobj/core';

let held: Remote<Permit> | undefined;

/** Takes a lock of the other side and keeps it. */
export async function hold(lock: Lock): Promise<void> {
  held = await (lock as unknown as Remote<Lock>).acquire();
}

export function letGo(): void {
  held?.[Symbol.dispose]();
}
