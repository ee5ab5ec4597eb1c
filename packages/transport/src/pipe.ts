import { Socket } from 'node:net';
import { ConnectionClosedError } from '@remoteobj/except';
import type { Frame, Peer, Receiver, Transport } from '@remoteobj/core';
import { Delivery } from './delivery.js';
import { wayGiver } from './giving-way.js';
import { HotPolling } from './hot-polling.js';
import { encodeFrame, END, marker } from './framing.js';
import { Inbox, type Arrival } from './inbox.js';
import { IncomingBytes } from './incoming-bytes.js';
import type { Polled } from './native.js';
import { OutgoingBytes } from './outgoing-bytes.js';
import { retry } from './pausing.js';
import { Sleep } from './ring.js';
import type { PipeParts } from './pipe-parts.js';
import { PipeSharing, type SharingOwner } from './pipe-sharing.js';
import type { RingLink } from './ring-link.js';
import { handOver } from './thread-port.js';
import { rangSomebody, waitFor, waitForAny, type Waitable } from './wait-set.js';

export type { PipeParts } from './pipe-parts.js';

/** Bytes of one frame, by default. */
const defaultFrameBytes = 256 * 1024 * 1024;

/**
 * Frames over a stream socket: a child's descriptor 3. Two programs that talk much agree to share memory, where frames pass
 * without the kernel; the socket then carries bells only, and the news of the other side's death.
 */
export class PipeTransport implements Transport, Waitable {
  readonly peer: Peer;
  readonly copies: boolean = true;
  readonly handOver: NonNullable<Transport['handOver']> = handOver;
  readonly block?: (milliseconds: number) => boolean;
  readonly #parts: PipeParts;
  readonly #delivery = new Delivery();
  readonly #inbox = new Inbox((arrival) => this.#arrived(arrival));
  readonly #socket: Socket;
  readonly #fd: number;
  readonly #out: OutgoingBytes;
  readonly #in: IncomingBytes;
  readonly #hot = new HotPolling(
    () => this.#look(),
    () => this.#rest(),
  );
  readonly #sharing: PipeSharing;
  readonly #gone: Promise<void>;
  #closing: Promise<void> | undefined;
  #error: Error | undefined;
  #explaining = false;
  #written: (() => void) | undefined;

  constructor(parts: PipeParts) {
    const { handle, fd, peer, maxFrameBytes = defaultFrameBytes } = parts;
    this.peer = peer;
    this.#parts = parts;
    this.#in = new IncomingBytes(maxFrameBytes, this.#inbox);
    // `onread` spares a buffer and a stream event for each read; its types do not know `handle`.
    const options = {
      handle,
      fd,
      readable: true,
      writable: true,
      onread: { buffer: this.#into, callback: this.#read },
    };
    this.#socket = new Socket(options as unknown as ConstructorParameters<typeof Socket>[0]);
    const owned = (this.#socket as unknown as { _handle: { readonly fd?: number } | null })._handle ?? {};
    this.#fd = owned.fd ?? -1;
    this.#out = new OutgoingBytes(
      this.#socket,
      owned,
      () => this.#delivery.drained(),
      (error) => this.#broken(error),
    );
    const sharing = new PipeSharing(this.#sharingOwner(maxFrameBytes), parts.shared, parts.offers ?? false);
    this.#sharing = sharing;
    if (this.#fd >= 0) {
      this.block = (milliseconds) => {
        sharing.propose();
        return this.#delivery.catchUp() || waitForAny(this, milliseconds);
      };
      waitFor(this, true);
    }
    this.#socket.on('error', (error) => this.#broken(error));
    this.#socket.on('end', () => this.#broken(undefined));
    this.#gone = new Promise((resolve) =>
      this.#socket.once('close', () => {
        this.#broken(undefined);
        resolve();
      }),
    );
    this.#socket.unref();
    this.#socket.resume();
    if (process.env['REMOTEOBJ_LINK'] === 'ring') sharing.propose();
    if (parts.early === undefined) return;
    this.#in.push(parts.early);
    this.#inbox.deliver();
  }

  send(frame: Frame): boolean {
    if (this.#closing !== undefined || this.#delivery.ended) return true;
    this.#hot.sent(frame);
    const { ring, sends } = this.#sharing;
    if (ring !== undefined && sends) return this.#sendInRing(ring, frame);
    this.#sharing.sending(frame);
    return this.#out.write(encodeFrame(frame));
  }

  #sendInRing(ring: RingLink, frame: Frame): boolean {
    if (this.#hot.turning) ring.wake(); // the answer will be looked for
    try {
      return ring.send(frame);
    } catch (error) {
      this.#end(error as Error);
      return true;
    }
  }

  listen(receiver: Receiver): void {
    this.#delivery.listen(receiver);
  }

  keepAlive(on: boolean): void {
    this.#socket[on ? 'ref' : 'unref']();
  }

  close(reason?: Error): Promise<void> {
    return (this.#closing ??= this.#close(reason));
  }

  flushSync(milliseconds: number): boolean {
    return retry(this.#fd < 0 ? 0 : milliseconds, () => {
      this.#flush();
      return this.#delivery.ended || !this.#unsent;
    });
  }

  // What a blocking thread does instead of the event loop.

  get pending(): boolean {
    return this.#sharing.receives && this.#sharing.ring?.pending === true;
  }

  readonly blind: boolean = false;

  get polled(): Polled {
    return { fd: this.#fd, output: this.#out.unsent };
  }

  receive(thoroughly: boolean): boolean {
    if (this.#delivery.ended) return false;
    if (this.#explaining) return this.#brokenNow(); // the descriptor may be somebody else's by now
    let got = this.#inbox.deliver();
    if (this.#sharing.receives) got = this.#takeRing() || got;
    if (thoroughly || !this.#sharing.receives) got = this.#takeStream() || got;
    if (!got && thoroughly && this.#parts.died?.() === true) got = this.#takeStream() || this.#brokenNow();
    this.#flush();
    return got;
  }

  sleep(): boolean {
    return this.#sleeps(Sleep.blocked);
  }

  wake(): void {
    if (this.#sharing.receives) this.#sharing.ring?.wake();
  }

  rest(): void {
    if (!this.#hot.turning) this.#rest();
  }

  async #close(reason: Error | undefined): Promise<void> {
    if (reason === undefined && !this.#delivery.ended && this.#error === undefined) {
      this.#socket.ref(); // until it is written
      const { ring, sends } = this.#sharing;
      if (ring === undefined || !sends) this.#out.write([marker(END)]);
      else await this.#endRing(ring);
      await this.#out.flushed();
    }
    this.#end(reason);
    await this.#gone;
  }

  async #endRing(ring: RingLink): Promise<void> {
    try {
      ring.mark(END);
    } catch (error) {
      return this.#end(error as Error);
    }
    await new Promise<void>((resolve) => {
      this.#written = resolve;
      this.#flush();
    });
  }

  #end(reason: Error | undefined): void {
    this.#delivery.end(reason);
    waitFor(this, false);
    this.#out.drop();
    this.#sharing.stop();
    this.#written?.();
    this.#socket.destroy();
  }

  /**
   * Node asks after each read for the memory of the next. Where this thread may read in between, that cannot be the memory of a
   * part that is received.
   */
  readonly #into = (): Uint8Array => (this.#fd === -1 ? this.#in.room : this.#in.spare);

  readonly #read = (count: number, buffer: Uint8Array): boolean => {
    this.#took(count, buffer);
    this.#inbox.deliver();
    this.#look();
    this.rest();
    return true;
  };

  /** Bytes of the stream: of frames, or bells, which say nothing. */
  #took(count: number, buffer: Uint8Array): void {
    if (this.#sharing.receives) return;
    this.#hot.received();
    this.#in.took(count, buffer);
  }

  /** Reads from the descriptor, past the event loop. */
  #takeStream(): boolean {
    for (let got = false; ; got = true) {
      if (this.#delivery.ended) return got;
      const into = this.#in.room;
      const count = this.#in.readNow(this.#fd, into);
      if (count < 0) return got;
      if (count === 0) return this.#brokenNow();
      this.#took(count, into);
      this.#inbox.deliver();
      if (this.#sharing.receives && count < into.byteLength) return this.#takeRing() || got;
    }
  }

  #takeRing(): boolean {
    try {
      if (this.#sharing.ring?.receive() === true) this.#hot.received();
    } catch (error) {
      this.#inbox.push({ fault: error as Error });
    }
    return this.#inbox.deliver();
  }

  /** Looks for frames in shared memory, and for room in it. */
  #look(): void {
    if (this.#sharing.receives) while (this.#takeRing());
    this.#flush();
  }

  /** Nobody looks any more: the other side must ring. */
  #rest(): void {
    while (!this.#sleeps(Sleep.inLoop)) this.#look();
  }

  /** Says that this side sleeps; false: something came meanwhile. */
  #sleeps(how: Sleep): boolean {
    const { ring, receives } = this.#sharing;
    if (ring === undefined || !receives) return true;
    try {
      return ring.sleep(how);
    } catch (error) {
      this.#inbox.push({ fault: error as Error });
      return false;
    }
  }

  get #unsent(): boolean {
    return this.#out.unsent || (this.#sharing.sends && this.#sharing.ring?.unsent === true);
  }

  #flush(): void {
    if (this.#out.unsent) this.#out.writeMore();
    const ring = this.#sharing.ring;
    if (ring === undefined || !this.#sharing.sends) return;
    try {
      if (ring.flush()) this.#delivery.drained();
    } catch (error) {
      return this.#end(error as Error);
    }
    if (!ring.unsent) this.#written?.();
  }

  #arrived(arrival: Arrival): void {
    if (this.#delivery.ended) return;
    if ('frame' in arrival) this.#delivery.frame(arrival.frame);
    else if ('fault' in arrival) this.#end(arrival.fault);
    else this.#marked(arrival.marker);
  }

  #marked(code: number): void {
    // What the other side still has to read of ours does not matter to it any more.
    if (code === END) return this.#end(undefined);
    try {
      this.#sharing.marked(code);
    } catch (error) {
      return this.#end(error as Error);
    }
    this.#look();
    this.rest();
  }

  #sharingOwner(maxFrameBytes: number): SharingOwner {
    const out = this.#out;
    return {
      maxFrameBytes,
      fd: () => (this.#explaining ? -1 : this.#fd),
      get unsent() {
        return out.unsent;
      },
      write: (bytes) => void out.write([bytes]),
      arrived: (arrival) => this.#inbox.push(arrival),
      rang: () => {
        this.#hot.rang(wayGiver());
        rangSomebody();
      },
    };
  }

  /** The stream ended, but nobody had said so. */
  #broken(error: Error | undefined): void {
    this.#error ??= error;
    if (this.#delivery.ended || this.#explaining) return;
    this.#explaining = true;
    this.#look(); // what was written before
    if (error !== undefined) this.#takeRest();
    if (this.#delivery.ended) return;
    this.#out.drop();
    void this.#parts.explain(this.#error).then((reason) => this.#end(reason));
  }

  /** What came before a write failed: the mark of an orderly end perhaps. */
  #takeRest(): void {
    if (this.#fd < 0 || this.#socket.destroyed) return;
    while (!this.#delivery.ended) {
      const into = this.#in.room;
      const count = this.#in.readNow(this.#fd, into);
      if (count <= 0) return;
      this.#took(count, into);
      this.#inbox.deliver();
    }
  }

  #brokenNow(): true {
    this.#look();
    if (this.#delivery.ended) return true;
    const reason = this.#parts.explainNow?.(this.#error) ?? this.#error;
    this.#end(reason ?? new ConnectionClosedError('the stream was cut off'));
    return true;
  }
}
