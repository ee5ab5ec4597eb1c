import { MessageChannel, MessagePort } from 'node:worker_threads';
import type { Transport } from '@remoteobj/core';
import { messagePort as portOnly, type MessagePortOptions } from './message-port.js';
import { publicPort } from './node-port.js';
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
  const transport = portOnly(port, options, (owner, of) => {
    const takenFrom = realPort(of);
    return takenFrom === undefined ? undefined : new PortSharing(owner, takenFrom);
  });
  return Object.assign(transport, { handOver });
}

/** A link inside this program: its transport, and the port to be transferred to another thread. */
export function handOver(): readonly [Transport, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  return [messagePort(port1), port2];
}

/** What messages can be taken from without the event loop. */
function realPort(port: PortLike): MessagePort | undefined {
  const real: unknown = port instanceof MessagePort ? port : publicPort(port);
  return real instanceof MessagePort ? real : undefined;
}
