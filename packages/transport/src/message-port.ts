import { ProtocolError, RemoteDiedError } from '@remoteobj/except';
import type { Frame, Peer, Receiver, Transport } from '@remoteobj/core';
import { Delivery } from './delivery.js';
import { HotPolling } from './hot-polling.js';
import { NodePortSide, type NodePort } from './node-port.js';
import { PortFlow } from './port-flow.js';
import { breakOf, brokenBy, END, frameOf, messageOf } from './port-message.js';
import { Inbox } from './inbox.js';
import {
  isShareMessage,
  type PortLike,
  type PortShare,
  type PortSide,
  type ShareMaker,
  type ShareOwner,
} from './port-side.js';
import { WebPortSide, type WebPort } from './web-port.js';

export type { PortLike } from './port-side.js';

/** Options of `messagePort`. */
export interface MessagePortOptions {
  /** What a worker is called in errors, beside its number. */
  readonly name?: string;
  /** Who is at the other end; default `same` for Node's ports and for workers, a stranger for a browser's bare port. */
  readonly peer?: Peer;
  /** What a worker wrote to its standard error, for the error of its death. */
  readonly stderrTail?: { readonly text: string };
  /**
   * Whether the worker of Node was started for this link, and keeps the event loop alive only while the link does; default false:
   * it keeps it alive, or does not, as it did before.
   */
  readonly ownsWorker?: boolean;
}

const links = new WeakMap<PortLike, PortTransport>();

/**
 * The transport over a MessagePort, a Worker or `parentPort`, of Node or of a browser. Throws TypeError for anything else.
 *
 * The link takes a port over, and closes it at its end; a worker goes on. What a worker throws while the link is open becomes the
 * cause of its end; later errors are again what they are to Node. A port that has a link gives that one again, whatever the options.
 */
export function messagePort(port: PortLike, options: MessagePortOptions = {}, share?: ShareMaker): Transport {
  if (typeof port?.postMessage !== 'function') throw new TypeError('messagePort(port) takes a MessagePort or a Worker');
  let link = links.get(port);
  if (link === undefined || link.over) links.set(port, (link = linkOver(port, options, share)));
  return link;
}

function linkOver(port: PortLike, options: MessagePortOptions, share: ShareMaker | undefined): PortTransport {
  if ('on' in port && 'unref' in port) {
    const side = new NodePortSide(port as NodePort, options.ownsWorker ?? false, options.name);
    return new PortTransport(side, options.peer ?? 'same', options.stderrTail, share);
  }
  if (!('addEventListener' in port)) throw new TypeError('messagePort(port) takes a MessagePort or a Worker');
  const web = port as WebPort;
  return new PortTransport(
    new WebPortSide(web),
    options.peer ?? (web.start === undefined ? 'same' : undefined),
    undefined,
  );
}

class PortTransport implements Transport {
  readonly peer?: Peer;
  readonly copies: boolean = true;
  readonly #side: PortSide;
  readonly #delivery = new Delivery();
  readonly #flow = new PortFlow();
  readonly #hot = new HotPolling(
    () => this.#share?.look(),
    () => this.#share?.rest(),
  );
  readonly block?: (milliseconds: number) => boolean;
  readonly #share: PortShare | undefined;
  readonly #inbox = new Inbox((arrival) => {
    if ('frame' in arrival) this.#delivery.frame(arrival.frame);
    else this.#end('fault' in arrival ? arrival.fault : undefined);
  });
  readonly #tail: MessagePortOptions['stderrTail'];
  #listening = false;
  #closed = false;

  constructor(side: PortSide, peer: Peer | undefined, tail: MessagePortOptions['stderrTail'], share?: ShareMaker) {
    if (peer !== undefined) this.peer = peer;
    this.#side = side;
    this.#tail = tail;
    side.start(
      (data) => this.#message(data),
      (reason) => this.#broken(this.#withTail(reason)),
    );
    const made = share?.(this.#shareOwner(), side.port);
    this.#share = made;
    if (made !== undefined) this.block = (milliseconds) => this.#delivery.catchUp() || made.block(milliseconds);
  }

  /** Whether it is closed here, or has ended. */
  get over(): boolean {
    return this.#closed || this.#delivery.ended;
  }

  send(frame: Frame): boolean {
    if (this.over) return true;
    this.#hot.sent(frame);
    if (this.#hot.turning) this.#share?.wake(); // the answer will be looked for
    if (this.#share?.sends === true) return this.#share.send(frame, this.#post);
    const room = this.#post(frame);
    this.#share?.posted();
    return room;
  }

  readonly #post = (frame: Frame): boolean => {
    const room = this.#flow.posted(frame); // counted first: what is moved has no length afterwards
    const { transfer = [] } = frame;
    if (transfer.length === 0) this.#side.port.postMessage(messageOf(frame));
    else this.#side.port.postMessage(messageOf(frame), [...transfer] as never); // the two worlds type the list differently
    return room;
  };

  flushSync(milliseconds: number): boolean {
    return this.#share?.flushSync(milliseconds) ?? true;
  }

  listen(receiver: Receiver): void {
    this.#delivery.listen(receiver);
    this.#listening = true;
    this.#tellTaken();
  }

  keepAlive(on: boolean): void {
    if (!this.#delivery.ended) this.#side.keepAlive(on);
  }

  async close(reason?: Error): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (reason === undefined && this.#share?.sends === true && !this.#delivery.ended) {
      await this.#share.end();
      return this.#end(undefined);
    }
    if (!this.#delivery.ended) {
      this.#side.port.postMessage(reason === undefined ? END : brokenBy(reason));
      this.#share?.posted();
    }
    if (reason === undefined) await undefined;
    this.#end(reason);
  }

  #message(data: unknown): void {
    const frame = frameOf(data);
    if (frame !== undefined) return this.#frame(frame);
    if (data === END) return this.#end(undefined);
    if (typeof data === 'number') return this.#told(data);
    const broken = breakOf(data);
    if (broken !== undefined) return this.#broken(broken);
    if (this.#share === undefined ? isShareMessage(data) : this.#share.message(data)) return;
    this.#end(new ProtocolError('something else than this library uses the same port: give it a port of its own'));
  }

  #broken(reason: Error): void {
    this.#share?.look(); // what was written before
    this.#end(reason);
  }

  #frame(frame: Frame): void {
    this.#hot.received();
    this.#flow.came(frame);
    if (this.#listening) this.#tellTaken();
    if (this.#share?.came(frame) !== true) this.#delivery.frame(frame);
  }

  /** What nobody listens to yet is not taken: the other end waits with more of it. */
  #tellTaken(): void {
    const weight = this.#flow.tell();
    if (weight === 0 || this.over) return;
    this.#side.port.postMessage(weight);
    this.#share?.posted();
  }

  #told(weight: number): void {
    try {
      if (this.#flow.told(weight)) this.#delivery.drained();
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #end(reason: Error | undefined): void {
    if (this.#delivery.ended) return;
    this.#delivery.end(reason);
    this.#share?.stop();
    this.#side.keepAlive(false);
    this.#side.stop();
  }

  #shareOwner(): ShareOwner {
    const ended = (): boolean => this.#delivery.ended;
    const turning = (): boolean => this.#hot.turning;
    return {
      get ended() {
        return ended();
      },
      get turning() {
        return turning();
      },
      post: (message) => this.#side.port.postMessage(message),
      message: (data) => this.#message(data),
      arrived: (arrival) => {
        this.#hot.received(); // before it is answered: what is sent afterwards begins to wait anew
        this.#inbox.push(arrival);
      },
      deliver: () => this.#inbox.deliver(),
      drained: () => this.#delivery.drained(),
      rang: (giver) => this.#hot.rang(giver),
      fault: (error) => this.#end(error),
      died: (exitCode) => this.#end(this.#withTail(this.#side.death(exitCode))),
    };
  }

  #withTail(reason: Error): Error {
    if (!(reason instanceof RemoteDiedError) || this.#tail === undefined) return reason;
    const { exitCode, signal, message } = reason;
    return new RemoteDiedError(message, { exitCode, signal, stderrTail: this.#tail.text, cause: reason.cause });
  }
}
