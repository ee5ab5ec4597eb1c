import type { EventEmitter } from 'node:events';

/** Whether more keeps this process's event loop alive than did when this was called. */
export function watchLoop(): () => boolean {
  const held = (): number => process.getActiveResourcesInfo().length;
  const before = held();
  return () => held() > before;
}

/** How many listeners these have beyond those that they had when this was called. */
export function watchListeners(
  ...emitters: readonly Pick<EventEmitter, 'eventNames' | 'listenerCount'>[]
): () => number {
  const count = (): number =>
    emitters
      .flatMap((emitter) => emitter.eventNames().map((name) => emitter.listenerCount(name)))
      .reduce((a, b) => a + b, 0);
  const before = count();
  return () => count() - before;
}
