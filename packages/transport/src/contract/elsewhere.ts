import type { Frame, Receiver, Transport } from '@remoteobj/core';
import { Delivery } from '../delivery.js';

/**
 * A channel of its own beside the link under test, between the checks and a script that holds the other end: a child's IPC
 * (`serialization: 'advanced'`), or a MessagePort. It carries structured clones, in order, and keeps both programs alive.
 */
export interface Wire {
  /** Does nothing once the other side is gone. */
  post(message: unknown): void;
  /** Called once; `onEnd` when the other side is gone. */
  listen(onMessage: (message: unknown) => void, onEnd: () => void): void;
}

/** What the script is told to do with its end. */
type Order =
  | { readonly do: 'listen' }
  | { readonly do: 'send'; readonly frame: Frame; readonly moved: boolean }
  | { readonly do: 'keepAlive'; readonly on: boolean }
  | { readonly do: 'close'; readonly reason: string | undefined };

/** What the script tells about it. */
type News =
  | { readonly is: 'frame'; readonly frame: Frame }
  | { readonly is: 'drained' }
  | { readonly is: 'ended'; readonly reason: Reason | undefined }
  | { readonly is: 'closed' };

interface Reason {
  readonly message: string;
  readonly code: unknown;
}

/** The end of a link that a script holds in another process or thread, which runs `serveEnd`. */
export class EndElsewhere implements Transport {
  readonly #wire: Wire;
  readonly #delivery = new Delivery();
  readonly #closed: Promise<void>;
  #isClosed = (): void => {};
  #reason: Error | undefined;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#closed = new Promise((resolve) => (this.#isClosed = resolve));
    wire.listen(
      (message) => this.#heard(message as News),
      () => {
        this.#isClosed();
        this.#delivery.end(new Error('the script of the other end is gone'));
      },
    );
  }

  /** Always true: whether there is room is known over there only. */
  send(frame: Frame): boolean {
    const { head, blobs, transfer = [] } = frame;
    this.#order({ do: 'send', frame: { head, blobs }, moved: transfer.length > 0 });
    return true;
  }

  listen(receiver: Receiver): void {
    this.#delivery.listen(receiver);
    this.#order({ do: 'listen' });
  }

  keepAlive(on: boolean): void {
    this.#order({ do: 'keepAlive', on });
  }

  async close(reason?: Error): Promise<void> {
    this.#reason ??= reason;
    this.#order({ do: 'close', reason: reason?.message });
    await this.#closed;
  }

  #order(order: Order): void {
    this.#wire.post(order);
  }

  #heard(news: News): void {
    switch (news.is) {
      case 'frame':
        // What was on its way here when this end was closed is not delivered; over there it was, before that.
        return this.#reason === undefined ? this.#delivery.frame(news.frame) : undefined;
      case 'drained':
        return this.#delivery.drained();
      case 'ended':
        return this.#delivery.end(this.#errorOf(news.reason));
      case 'closed':
        return this.#isClosed();
      default:
        news satisfies never;
    }
  }

  #errorOf(reason: Reason | undefined): Error | undefined {
    if (reason === undefined) return undefined;
    if (reason.message === this.#reason?.message) return this.#reason;
    return Object.assign(new Error(reason.message), { code: reason.code });
  }
}

/** Runs in the script that holds the other end: does with it what the checks say, and tells them what happens. */
export function serveEnd(transport: Transport, wire: Wire): void {
  const tell = (news: News): void => wire.post(news);
  const receiver: Receiver = {
    frame: ({ head, blobs }) => tell({ is: 'frame', frame: { head, blobs } }),
    drained: () => tell({ is: 'drained' }),
    closed: (reason) => tell({ is: 'ended', reason: reason && { message: reason.message, code: codeOf(reason) } }),
  };
  const follow = (order: Order): void => {
    switch (order.do) {
      case 'listen':
        return transport.listen(receiver);
      case 'send':
        return void transport.send(withTransfer(order.frame, order.moved));
      case 'keepAlive':
        return transport.keepAlive(order.on);
      case 'close': {
        const reason = order.reason === undefined ? undefined : new Error(order.reason);
        return void transport.close(reason).then(() => tell({ is: 'closed' }));
      }
      default:
        order satisfies never;
    }
  };
  wire.listen(
    (message) => follow(message as Order),
    () => void transport.close(new Error('nobody checks this end any more')),
  );
}

function withTransfer(frame: Frame, moved: boolean): Frame {
  return moved ? { ...frame, transfer: frame.blobs.map((blob) => blob.buffer as ArrayBuffer) } : frame;
}

function codeOf(reason: Error): unknown {
  return (reason as { readonly code?: unknown }).code;
}
