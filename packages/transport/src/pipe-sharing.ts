/** How the two ends of a pipe go over to memory that both map: each direction behind its own mark in the stream. */
import type { Frame } from '@remoteobj/core';
import { ProtocolError } from '@remoteobj/except';
import { END, marker, OFFER, REFUSE, SWITCH, WANT } from './framing.js';
import type { Arrival } from './inbox.js';
import { native, type Mapping } from './native.js';
import { RingLink } from './ring-link.js';
import { closeQuietly, mapSharedFile } from './shared-memory.js';

/** Frames, or bytes of one frame, after which memory is shared: short conversations do without. */
const framesBeforeSharing = 32;
const bytesBeforeSharing = 64 * 1024;

/** What sharing needs of its pipe. */
export interface SharingOwner {
  readonly maxFrameBytes: number;
  /** The stream's descriptor, which bells go to; -1 when the stream has ended, and its number may be somebody else's. */
  fd(): number;
  /** Whether bytes of the stream wait to be written. */
  readonly unsent: boolean;
  write(bytes: Uint8Array): void;
  arrived(arrival: Arrival): void;
  /** The other side slept and was rung for. */
  rang(): void;
}

export class PipeSharing {
  /** Present once the memory is mapped; gone when it is not any more. */
  ring: RingLink | undefined = undefined;
  /** Frames come in the memory. */
  receives = false;
  /** Frames leave in the memory. */
  sends = false;
  readonly #owner: SharingOwner;
  readonly #offers: boolean;
  #file: number | undefined;
  #asked = false;
  #frames = 0;
  #mapping: Mapping | undefined;

  /** `file`: what can be mapped, if anything; `offers`: this side made it, and closes it. */
  constructor(owner: SharingOwner, file: number | undefined, offers: boolean) {
    this.#owner = owner;
    this.#offers = offers;
    if (process.env['REMOTEOBJ_LINK'] !== 'pipe') this.#file = file;
    else if (file !== undefined && offers) closeQuietly(file);
  }

  /** A frame leaves in the stream: proposes to share memory when it pays. */
  sending({ head, blobs }: Frame): void {
    const large = [head, ...blobs].some((part) => part.byteLength > bytesBeforeSharing);
    if (++this.#frames > framesBeforeSharing || large) this.propose();
  }

  /** Proposes to share memory, once; whoever made it offers it, the other side asks for an offer. */
  propose(): void {
    if (this.#asked || this.#file === undefined) return;
    this.#asked = true;
    if (!this.#offers) this.#owner.write(marker(WANT));
    else if (this.#map()) this.#owner.write(marker(OFFER));
  }

  /** A marker of the framing came. Throws `ProtocolError` for one that may not come. */
  marked(code: number): void {
    switch (code) {
      case WANT:
        return this.propose();
      case OFFER:
        if (this.#map()) this.#switch();
        else this.#owner.write(marker(REFUSE));
        return;
      case SWITCH:
        if (this.ring === undefined)
          throw new ProtocolError('the other end speaks of shared memory, but none was offered');
        this.receives = true;
        if (!this.sends) this.#switch();
        return;
      case REFUSE:
        return this.stop();
      default:
        throw new ProtocolError(`the marker ${code.toString(16)} is not known here`);
    }
  }

  /** Gives the memory back; nothing of it may be touched afterwards. */
  stop(): void {
    if (this.#file !== undefined && this.#offers) closeQuietly(this.#file);
    this.#file = undefined;
    this.ring = undefined;
    this.receives = false;
    this.sends = false;
    this.#mapping?.unmap();
    this.#mapping = undefined;
  }

  #switch(): void {
    this.#owner.write(marker(SWITCH));
    this.sends = true;
  }

  #map(): boolean {
    const file = this.#file;
    if (this.ring !== undefined || file === undefined) return false;
    this.#file = undefined;
    this.#asked = true;
    const mapping = mapSharedFile(file);
    if (mapping === undefined) return false;
    this.#mapping = mapping;
    this.ring = new RingLink(mapping.memory, this.#offers ? 0 : 1, {
      maxFrameBytes: this.#owner.maxFrameBytes,
      bell: () => this.#bell(),
      frame: (frame) => this.#owner.arrived({ frame }),
      marked: (code) => {
        if (code !== END) throw new ProtocolError(`the marker ${code.toString(16)} came where only an end may`);
        this.#owner.arrived({ marker: END });
      },
    });
    return true;
  }

  /** Whoever is to be rung for has read the whole stream before. */
  #bell(): void {
    if (this.#owner.unsent) return;
    native()?.ring(this.#owner.fd());
    this.#owner.rang();
  }
}
