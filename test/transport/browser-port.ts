import type { MessagePort } from 'node:worker_threads';
import type { PortLike } from '@remoteobj/transport';

/** What a browser's MessagePort has, and nothing of what Node adds to its own. */
export function browserPort(port: MessagePort): PortLike {
  const { postMessage, addEventListener, removeEventListener, start, close } = port as unknown as Record<
    'postMessage' | 'addEventListener' | 'removeEventListener' | 'start' | 'close',
    (...args: unknown[]) => unknown
  >;
  const methods = { postMessage, addEventListener, removeEventListener, start, close };
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, method.bind(port)]),
  ) as unknown as PortLike;
}
