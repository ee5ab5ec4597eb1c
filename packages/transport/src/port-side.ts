/** A port of Node or of a browser, or a worker, as far as it is used here. */
export interface PortLike {
  postMessage(message: unknown, transfer?: never): void;
}

/** What ports of Node and of browsers do differently. */
export interface PortSide {
  readonly port: PortLike;
  /** Whether the other end notices, without being told, that this one stopped. */
  readonly noticed: boolean;
  start(onMessage: (data: unknown) => void, onEnd: (reason: Error) => void): void;
  /** Takes its listeners back; the port itself is closed, a worker goes on. */
  stop(): void;
  /** Whether it keeps the event loop alive. */
  keepAlive(on: boolean): void;
}
