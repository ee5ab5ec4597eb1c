import { ConnectionClosedError, ProtocolError } from '@remoteobj/except';
import type { PortLike, PortSide } from './port-side.js';

type Listener = (event: { readonly data: unknown }) => void;

/** A browser's MessagePort or Worker, or the inside of a worker. */
export interface WebPort extends PortLike {
  addEventListener(type: string, listener: Listener): void;
  removeEventListener(type: string, listener: Listener): void;
  /** Only a MessagePort has it. */
  start?(): void;
  close?(): void;
}

export class WebPortSide implements PortSide {
  readonly port: WebPort;
  #listeners: readonly (readonly [string, Listener])[] = [];

  constructor(port: WebPort) {
    this.port = port;
  }

  start(onMessage: (data: unknown) => void, onEnd: (reason: Error) => void): void {
    this.#listeners = [
      ['message', (event) => onMessage(event.data)],
      ['messageerror', () => onEnd(new ProtocolError('a message could not be read'))],
      ['close', () => onEnd(new ConnectionClosedError('the port was closed without notice'))],
    ];
    for (const [type, listener] of this.#listeners) this.port.addEventListener(type, listener);
    this.port.start?.();
  }

  stop(): void {
    for (const [type, listener] of this.#listeners) this.port.removeEventListener(type, listener);
    // Closing anything but a MessagePort would end the worker.
    if (this.port.start !== undefined) queueMicrotask(() => this.port.close?.());
  }

  death(): Error {
    return new ConnectionClosedError('the other end is gone');
  }

  keepAlive(): void {} // a page lives as long as it is open
}
