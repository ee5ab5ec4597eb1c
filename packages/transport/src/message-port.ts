import { ConnectionClosedError, ProtocolError, RemoteDiedError } from '@remoteobj/except';
import type { Frame, Peer, Receiver, Transport } from '@remoteobj/core';
import { Delivery } from './delivery.js';
import { HotPolling } from './hot-polling.js';
import type { StderrTail } from './stderr-tail.js';

/** A port of Node or of a browser, or a worker, as far as it is used here. */
export interface PortLike {
  postMessage(message: unknown, transfer?: never): void;
}

/** Node's ports and workers. */
interface NodePort extends PortLike {
  on(event: string, listener: (value: never) => void): unknown;
  off(event: string, listener: (value: never) => void): unknown;
  ref(): void;
  unref(): void;
  readonly threadId?: number;
}

/** A browser's. */
interface WebPort extends PortLike {
  addEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: string, listener: (event: { readonly data: unknown }) => void): void;
  start?(): void;
}

/** Options of `messagePort`. */
export interface MessagePortOptions {
  /** Who is at the other end; default `same` for Node's ports and for workers, a stranger for a browser's bare port. */
  readonly peer?: Peer;
  /** What a worker wrote to its standard error, for the error of its death. */
  readonly stderrTail?: StderrTail;
}

/** Says that the link ends in order; frames are bytes or lists, never null. */
const END = null;

/** The transport over a MessagePort, a Worker or `parentPort`, of Node or of a browser. Throws TypeError for anything else. */
export function messagePort(port: PortLike, options: MessagePortOptions = {}): Transport {
  if (typeof port?.postMessage !== 'function') throw new TypeError('messagePort(port) takes a MessagePort or a Worker');
  if ('on' in port && 'unref' in port)
    return new PortTransport(new NodeSide(port as NodePort), options.peer ?? 'same', options.stderrTail);
  if (!('addEventListener' in port)) throw new TypeError('messagePort(port) takes a MessagePort or a Worker');
  const web = port as WebPort;
  return new PortTransport(new WebSide(web), options.peer ?? (web.start === undefined ? 'same' : undefined), undefined);
}

/** A view drags all of its buffer along, which may hold what is nobody's business: only whole buffers are sent as they are. */
function owned(bytes: Uint8Array, moved: readonly ArrayBuffer[]): Uint8Array {
  if (bytes.byteLength === bytes.buffer.byteLength || moved.includes(bytes.buffer as ArrayBuffer)) return bytes;
  return new Uint8Array(bytes);
}

/** What Node and browsers do differently. */
interface Side {
  readonly port: PortLike;
  /** Whether stopping closes the port. */
  readonly closes: boolean;
  start(onMessage: (data: unknown) => void, onEnd: (reason: Error) => void): void;
  stop(): void;
  keepAlive(on: boolean): void;
}

class PortTransport implements Transport {
  readonly peer?: Peer;
  readonly #side: Side;
  readonly #delivery = new Delivery();
  readonly #hot = new HotPolling();
  readonly #tail: StderrTail | undefined;
  #closed = false;

  constructor(side: Side, peer: Peer | undefined, tail: StderrTail | undefined) {
    if (peer !== undefined) this.peer = peer;
    this.#side = side;
    this.#tail = tail;
    side.start(
      (data) => this.#message(data),
      (reason) => this.#end(this.#withTail(reason)),
    );
  }

  send({ head, blobs, transfer = [] }: Frame): boolean {
    if (this.#closed || this.#delivery.ended) return true;
    this.#hot.sent();
    const own = (bytes: Uint8Array): Uint8Array => owned(bytes, transfer);
    const message = blobs.length === 0 ? own(head) : [own(head), ...blobs.map(own)];
    if (transfer.length === 0) this.#side.port.postMessage(message);
    else this.#side.port.postMessage(message, [...transfer] as never); // the two worlds type the list differently
    return true;
  }

  listen(receiver: Receiver): void {
    this.#delivery.listen(receiver);
  }

  keepAlive(on: boolean): void {
    if (!this.#delivery.ended) this.#side.keepAlive(on);
  }

  async close(reason?: Error): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // With a reason a port is just closed, which the other end takes for a break; a worker goes on and has to be told.
    if (!this.#delivery.ended && (reason === undefined || !this.#side.closes)) this.#side.port.postMessage(END);
    await undefined;
    this.#end(reason);
  }

  #message(data: unknown): void {
    this.#hot.received();
    if (data instanceof Uint8Array) return this.#delivery.frame({ head: data, blobs: [] });
    if (data === END) return this.#end(undefined);
    if (Array.isArray(data) && data.length > 0 && data.every((part) => part instanceof Uint8Array)) {
      const [head, ...blobs] = data as [Uint8Array, ...Uint8Array[]];
      return this.#delivery.frame({ head, blobs });
    }
    this.#end(new ProtocolError('something else than this library uses the same port: give it a port of its own'));
  }

  #end(reason: Error | undefined): void {
    if (this.#delivery.ended) return;
    this.#delivery.end(reason);
    this.#side.keepAlive(false);
    this.#side.stop();
  }

  #withTail(reason: Error): Error {
    if (!(reason instanceof RemoteDiedError) || this.#tail === undefined) return reason;
    const { exitCode, signal, message } = reason;
    return new RemoteDiedError(message, { exitCode, signal, stderrTail: this.#tail.text, cause: reason.cause });
  }
}

class NodeSide implements Side {
  readonly port: NodePort;
  readonly #listeners: [string, (value: never) => void][] = [];
  #thrown: unknown;
  readonly closes: boolean;
  readonly #isWorker: boolean;

  constructor(port: NodePort) {
    this.port = port;
    this.#isWorker = typeof port.threadId === 'number';
    this.closes = !this.#isWorker && 'close' in port;
  }

  start(onMessage: (data: unknown) => void, onEnd: (reason: Error) => void): void {
    this.#listen('message', onMessage);
    this.#listen('messageerror', (cause) => onEnd(new ProtocolError('a message could not be read', { cause })));
    if (this.#isWorker) {
      const { threadId } = this.port;
      if (threadId === -1) {
        onEnd(
          new RemoteDiedError('the thread had ended before it was connected to', {
            exitCode: null,
            signal: null,
            stderrTail: '',
          }),
        );
        return;
      }
      this.#listen('error', (error) => (this.#thrown = error));
      this.#listen('exit', (code) =>
        onEnd(
          new RemoteDiedError(`thread ${threadId} has ended (exit code ${String(code)})`, {
            exitCode: code as number,
            signal: null,
            stderrTail: '',
            cause: this.#thrown,
          }),
        ),
      );
    } else {
      this.#listen('close', () => onEnd(new ConnectionClosedError('the port was closed without notice')));
    }
    this.port.unref(); // listening alone keeps nothing alive
  }

  stop(): void {
    for (const [event, listener] of this.#listeners) if (event !== 'error') this.port.off(event, listener);
    // A port that was closed in order is of no more use; a worker goes on.
    if (this.closes) queueMicrotask(() => (this.port as unknown as { close(): void }).close());
  }

  keepAlive(on: boolean): void {
    if (on) this.port.ref();
    else this.port.unref();
  }

  #listen(event: string, listener: (value: unknown) => void): void {
    this.port.on(event, listener as (value: never) => void);
    this.#listeners.push([event, listener as (value: never) => void]);
  }
}

class WebSide implements Side {
  readonly port: WebPort;
  readonly closes = false;
  #stop: () => void = () => {};

  constructor(port: WebPort) {
    this.port = port;
  }

  start(onMessage: (data: unknown) => void, onEnd: (reason: Error) => void): void {
    const message = (event: { readonly data: unknown }): void => onMessage(event.data);
    const broken = (): void => onEnd(new ProtocolError('a message could not be read'));
    const close = (): void => onEnd(new ConnectionClosedError('the port was closed without notice'));
    const pairs = [
      ['message', message],
      ['messageerror', broken],
      ['close', close],
    ] as const;
    for (const [type, listener] of pairs) this.port.addEventListener(type, listener);
    this.port.start?.();
    this.#stop = () => {
      for (const [type, listener] of pairs) this.port.removeEventListener(type, listener);
    };
  }

  stop(): void {
    this.#stop();
  }

  keepAlive(): void {} // a page lives as long as it is open
}
