import { longestDelay } from '@remoteobj/core/internal';
import { ConnectionClosedError, ProtocolError, RemoteDiedError } from '@remoteobj/except';
import type { MessagePort } from 'node:worker_threads';
import type { PortLike, PortSide } from './port-side.js';

/** Node's ports and workers. */
export interface NodePort extends PortLike {
  on(event: string, listener: (value: never) => void): unknown;
  off(event: string, listener: (value: never) => void): unknown;
  ref(): void;
  unref(): void;
  close?(): void;
  readonly threadId?: number;
}

export class NodePortSide implements PortSide {
  readonly port: NodePort;
  readonly #isWorker: boolean;
  readonly #ownsWorker: boolean;
  readonly #listeners: [string, (value: never) => void][] = [];
  /** In errors. */
  readonly #who: string;
  #thrown: unknown;
  #hold: NodeJS.Timeout | undefined;

  /** `ownsWorker`: the port is a worker that was started for this link. `name` is for errors. */
  constructor(port: NodePort, ownsWorker: boolean, name?: string) {
    this.port = port;
    this.#isWorker = typeof port.threadId === 'number';
    this.#ownsWorker = ownsWorker;
    const thread = this.#isWorker ? `thread ${port.threadId}` : 'the thread at the other end';
    this.#who = name === undefined ? thread : `${name} (${thread})`;
  }

  start(onMessage: (data: unknown) => void, onEnd: (reason: Error) => void): void {
    this.#listen('message', onMessage);
    this.#listen('messageerror', (cause) => onEnd(new ProtocolError('a message could not be read', { cause })));
    if (this.#isWorker) this.#watch(onEnd);
    else this.#listen('close', () => onEnd(new ConnectionClosedError('the port was closed without notice')));
    // Listening alone keeps nothing alive: whether a worker does was decided by whoever started it, and is as it was.
    if (!this.#isWorker || this.#ownsWorker) this.port.unref();
    else publicPort(this.port)?.unref();
  }

  stop(): void {
    // With 'error' too: what a worker throws after the link is the business of whoever started it, and must not be lost here.
    for (const [event, listener] of this.#listeners.splice(0)) this.port.off(event, listener);
    clearInterval(this.#hold);
    if (!this.#isWorker) queueMicrotask(() => this.port.close?.());
  }

  keepAlive(on: boolean): void {
    if (this.#isWorker && !this.#ownsWorker) return this.#holdLoop(on);
    if (on) this.port.ref();
    else this.port.unref();
  }

  death(exitCode: number | null): Error {
    return deathOf(
      `${this.#who} has ended${exitCode === null ? '' : ` (exit code ${exitCode})`}`,
      exitCode,
      this.#thrown,
    );
  }

  /** A worker of somebody else's is not told to: it may keep the loop alive anyway, and go on doing so. */
  #holdLoop(on: boolean): void {
    if (on) (this.#hold ??= setInterval(() => {}, longestDelay)).ref();
    else this.#hold?.unref();
  }

  #watch(onEnd: (reason: Error) => void): void {
    const { threadId } = this.port;
    if (threadId === -1) return onEnd(deathOf('the thread had ended before it was connected to', null, undefined));
    this.#listen('error', (error) => (this.#thrown = error));
    this.#listen('exit', (code) =>
      onEnd(deathOf(`${this.#who} has ended (exit code ${String(code)})`, code as number, this.#thrown)),
    );
  }

  #listen(event: string, listener: (value: unknown) => void): void {
    this.port.on(event, listener as (value: never) => void);
    this.#listeners.push([event, listener as (value: never) => void]);
  }
}

/** The port on which a worker of Node's gets its messages, and which keeps the loop alive as soon as somebody listens to them. */
export function publicPort(worker: PortLike): MessagePort | undefined {
  const key = Object.getOwnPropertySymbols(worker).find(({ description }) => description === 'kPublicPort');
  return key === undefined ? undefined : (worker as unknown as Record<symbol, MessagePort>)[key];
}

function deathOf(message: string, exitCode: number | null, cause: unknown): RemoteDiedError {
  return new RemoteDiedError(message, { exitCode, signal: null, stderrTail: '', cause });
}
