import { MessagePort } from 'node:worker_threads';
import type { Transport } from '@remoteobj/core';
import { messagePort as portOnly, type MessagePortOptions } from './message-port.js';
import type { PortLike } from './port-side.js';
import { PortSharing } from './port-sharing.js';

/**
 * The transport over a MessagePort, a Worker or `parentPort`, of Node or of a browser. Throws TypeError for anything else.
 *
 * Two threads of one program share memory beside it, and can block on each other. The link takes a port over, and closes it at its
 * end; a worker goes on. What a worker throws while the link is open becomes the cause of its end; later errors are again what they
 * are to Node.
 */
export function messagePort(port: PortLike, options: MessagePortOptions = {}): Transport {
  return portOnly(port, options, (owner, of) => {
    const takenFrom = realPort(of);
    return takenFrom === undefined ? undefined : new PortSharing(owner, takenFrom);
  });
}

/** What messages can be taken from without the event loop: a worker keeps its port to itself, under a symbol. */
function realPort(port: PortLike): MessagePort | undefined {
  if (port instanceof MessagePort) return port;
  const key = Object.getOwnPropertySymbols(port).find(({ description }) => description === 'kPublicPort');
  const own: unknown = key === undefined ? undefined : (port as unknown as Record<symbol, unknown>)[key];
  return own instanceof MessagePort ? own : undefined;
}
