import { timer } from '@remoteobj/core/internal';

/** What a promise gives within so many milliseconds; after that, what `late` gives or throws. */
export async function within<T>(promise: PromiseLike<T>, milliseconds: number, late: () => T): Promise<T> {
  let armed: ReturnType<typeof timer>;
  const passed = new Promise<void>((resolve) => (armed = timer(resolve, milliseconds))).then(late);
  try {
    return await Promise.race([promise, passed]);
  } finally {
    clearTimeout(armed);
  }
}
