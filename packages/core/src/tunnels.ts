/**
 * Links inside a link: another thread gets a connection of its own to the other end, whose frames pass through this one. They are
 * passed on as they come, also while this thread blocks.
 */
import { ProtocolError } from '@remoteobj/except';
import type { Batch } from './batch.js';
import { writeNumbered, writeWithValue } from './encode.js';
import { Kind } from './message.js';
import type { Frame, Peer, Receiver, Transport } from './transport.js';

/** What tunnels need of their connection. */
export interface TunnelsLink {
  readonly control: Batch;
  readonly transport: Transport;
  readonly outbox: { readonly isFull: boolean; flush(): void; flushSync(): boolean };
  readonly ended: { readonly reason: Error | undefined } | undefined;
  hold(on: boolean): void;
  /** The other end opened a tunnel: whatever is served here is served there as well. */
  opened(transport: Transport): void;
}

export class Tunnels {
  readonly #link: TunnelsLink;
  /** By number: even ones were counted here, odd ones by the other end. */
  readonly #tunnels = new Map<number, Tunnel>();
  #count = 0;

  constructor(link: TunnelsLink) {
    this.#link = link;
  }

  /** Joins a transport, the other end of which is elsewhere, to the other end of this link. */
  join(outer: Transport): void {
    const tunnel = this.#add(2 * ++this.#count);
    outer.listen({
      frame: (frame) => void tunnel.send(frame),
      drained: () => tunnel.receiver?.drained(),
      closed: () => void tunnel.close(),
    });
    tunnel.listen({
      frame: (frame) => void outer.send(frame),
      drained: () => {},
      closed: (reason) => void outer.close(reason),
    });
    // It is there for the other thread, which keeps its own event loop alive; this one passes its frames on as long as that waits.
    outer.keepAlive(false);
  }

  /** A frame of a tunnel came. */
  frame(number: number, parts: unknown): void {
    const own = turned(number);
    let tunnel = this.#tunnels.get(own);
    if (!Array.isArray(parts) || parts.length === 0 || !parts.every((part) => part instanceof Uint8Array))
      throw new ProtocolError('a frame of a tunnel is not well-formed');
    if (tunnel === undefined) {
      if (own % 2 === 0) return; // closed here, which the other end does not know yet
      tunnel = this.#add(own);
      this.#link.opened(tunnel);
    }
    const [head, ...blobs] = parts as [Uint8Array, ...Uint8Array[]];
    tunnel.receiver?.frame({ head, blobs });
  }

  /** The other end closed a tunnel. */
  closed(number: number): void {
    this.#end(turned(number), undefined);
  }

  drained(): void {
    for (const tunnel of this.#tunnels.values()) tunnel.receiver?.drained();
  }

  /** The link ended, and all tunnels with it. */
  end(reason: Error | undefined): void {
    for (const number of [...this.#tunnels.keys()]) this.#end(number, reason);
  }

  #add(number: number): Tunnel {
    const tunnel = new Tunnel(this.#link, number, () => this.#end(number, undefined));
    this.#tunnels.set(number, tunnel);
    return tunnel;
  }

  #end(number: number, reason: Error | undefined): void {
    const tunnel = this.#tunnels.get(number);
    if (!this.#tunnels.delete(number)) return;
    tunnel?.ended(reason);
  }
}

/** A number as the other end has it. */
function turned(number: number): number {
  return number % 2 === 0 ? number + 1 : number - 1;
}

/** One end of a link inside a link. */
class Tunnel implements Transport {
  readonly peer?: Peer;
  readonly block?: (milliseconds: number) => boolean;
  receiver: Receiver | undefined = undefined;
  readonly #link: TunnelsLink;
  readonly #number: number;
  readonly #onClose: () => void;
  #open = true;
  #alive = false;

  constructor(link: TunnelsLink, number: number, onClose: () => void) {
    this.#link = link;
    this.#number = number;
    this.#onClose = onClose;
    const { peer, block } = link.transport;
    if (peer !== undefined) this.peer = peer;
    if (block !== undefined) this.block = block;
  }

  listen(receiver: Receiver): void {
    this.receiver = receiver;
  }

  send({ head, blobs }: Frame): boolean {
    if (!this.#open) return true;
    writeWithValue(this.#link.control, Kind.tunnel, this.#number, [head, ...blobs], 'frame');
    this.#link.outbox.flush(); // it is a frame already: nothing is gained by waiting
    return !this.#link.outbox.isFull;
  }

  flushSync(): boolean {
    return this.#link.outbox.flushSync();
  }

  keepAlive(on: boolean): void {
    if (on === this.#alive) return;
    this.#alive = on;
    this.#link.hold(on);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    if (this.#link.ended === undefined) {
      writeNumbered(this.#link.control, Kind.untunnel, this.#number);
      this.#link.outbox.flush();
    }
    this.#onClose();
  }

  ended(reason: Error | undefined): void {
    this.#open = false;
    this.keepAlive(false);
    this.receiver?.closed(reason);
  }
}
