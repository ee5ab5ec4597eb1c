import { LimitError, UnserializableError } from '@remoteobj/except';
import { giveBack, pooledCopy } from './blob-pool.js';
import { ByteWriter } from './bytes.js';
import type { ValueExporter } from './codec.js';
import type { ContextValues } from './context.js';
import type { Excepts } from './excepts.js';
import type { Limits } from './limits.js';
import type { ExportedView } from './exporter.js';
import type { References } from './references.js';
import type { Request } from './request.js';
import type { View } from './view.js';

/** What a batch needs of its connection to encode values. */
export interface BatchOwner {
  readonly limits: Limits;
  /** Bytes of a frame that the other end takes. */
  readonly peerFrameBytes: number;
  readonly references: References;
  readonly bareErrors: boolean;
  /** Whether the transport has copied what it was given when `send` returns. */
  readonly copiesBlobs: boolean;
  readonly excepts: Excepts;
  /** Whether requests tell what their callers carry along. */
  readonly carriesContext: boolean;
  exportView(view: View, batch: Batch, pack: (value: unknown, part: string) => unknown): ExportedView | undefined;
  /** An object crossed for good, now that its message is whole. */
  exported(value: object, id: number): void;
}

/** Messages that leave together: their bytes, their large buffers, and the requests among them. */
export class Batch implements ValueExporter {
  readonly writer: ByteWriter = new ByteWriter();
  readonly limits: Limits;
  readonly #owner: BatchOwner;
  blobs: Uint8Array[] = [];
  transfer: ArrayBuffer[] = [];
  /** Requests in it, for the limit of calls in flight. */
  requests: Request[] = [];
  /** The chain that can still be extended: its end is not written yet. */
  open: Request | undefined = undefined;
  /** Operations in that chain so far. */
  openSteps = 0;
  /** Calls inside the chains, whose results are kept on the other side. */
  inner: Request[] = [];
  /** Whether what is being written goes on with the open chain. */
  merging = false;
  /** Whether this thread blocks until what is being written is answered. */
  blocking = false;
  /** Whether this thread blocks until whoever gets what is being written goes on. */
  awaited = false;
  blobBytes = 0;
  /** Whether what is being written leaves at once, so that large byte strings need not be copied. */
  lends = false;
  /** It has some that belong to the user. */
  lent = false;
  /** Blobs whose memory is given back once they were sent. */
  pooled: Uint8Array[] = [];
  /** It waits for the other end to listen. */
  held = false;
  /** Code of the user's runs inside the encoding of a value: a Proxy, the getter of an error, `encode` of a type. */
  building = false;
  /** What that code sends, which follows the message under way. */
  aside: Batch | undefined = undefined;
  /** What the requests that are written last carry along. */
  context: ContextValues | undefined = undefined;
  #moving: ArrayBuffer[] = [];
  #drafts: [object, number][] = [];
  #firstBlob = 0;

  constructor(owner: BatchOwner) {
    this.#owner = owner;
    this.limits = owner.limits;
  }

  get bareErrors(): boolean {
    return this.#owner.bareErrors;
  }

  get carriesContext(): boolean {
    return this.#owner.carriesContext;
  }

  get empty(): boolean {
    return this.writer.at === 0;
  }

  get bytes(): number {
    return this.writer.at + this.blobBytes;
  }

  staysReference(value: object): boolean {
    return this.#owner.references.staysReference(value);
  }

  numberOfRecorded(error: object): number | undefined {
    return this.#owner.excepts.numberOf(error);
  }

  exportObject(value: object, dispose: boolean, stays: boolean): number {
    const id = this.#owner.references.export(value, dispose, stays);
    this.#drafts.push([value, id]);
    return id;
  }

  exportView(view: View, pack: (value: unknown, part: string) => unknown): ExportedView | undefined {
    return this.#owner.exportView(view, this, pack);
  }

  blobCount(): number {
    return this.blobs.length;
  }

  /** Bytes are copied, because the user may go on writing to them, unless their buffer is moved, or they leave before the user can. */
  addBlob(bytes: Uint8Array): number {
    if (this.#moving.includes(bytes.buffer as ArrayBuffer)) this.blobs.push(bytes);
    else if (this.#owner.copiesBlobs && !this.held) this.#addLent(bytes);
    else this.blobs.push(bytes.slice());
    this.blobBytes += bytes.byteLength;
    return this.blobs.length - 1 - this.#firstBlob;
  }

  /** The transport copies while it sends, so memory is needed only until then. */
  #addLent(bytes: Uint8Array): void {
    if (this.lends) {
      this.lent = true;
      this.blobs.push(bytes);
      return;
    }
    const copy = pooledCopy(bytes);
    if (copy !== undefined) this.pooled.push(copy);
    this.blobs.push(copy ?? bytes.slice());
  }

  /** It does not leave now: what belongs to the user is copied. */
  own(): void {
    if (!this.lent) return;
    this.lent = false;
    this.blobs = this.blobs.map((blob) => (this.transfer.includes(blob.buffer as ArrayBuffer) ? blob : blob.slice()));
  }

  moveBuffers(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength === 0)
        throw new UnserializableError('transfer: a listed buffer was moved before or is empty', {
          path: 'transfer',
          executed: 'no',
        });
      if (!this.#moving.includes(buffer)) this.#moving.push(buffer);
    }
  }

  /** Starts a value: blobs are numbered from here. */
  beginValue(): void {
    this.#firstBlob = this.blobs.length;
    this.building = true;
  }

  endValue(): void {
    this.building = false;
  }

  /** Where messages are written meanwhile. */
  get writable(): Batch {
    if (!this.building) return this;
    if (this.aside === undefined) {
      this.aside = new Batch(this.#owner);
      this.aside.held = this.held;
    }
    return this.aside.writable;
  }

  /** Ends the chain that could still be extended. */
  endChain(): void {
    const open = this.open;
    if (open === undefined) return;
    this.open = undefined;
    this.writer.u8(0);
    open.flagsAt = this.writer.at;
    const { chain } = open;
    this.writer.u8(open.flags);
    this.writer.varint(open.id);
    if (chain === undefined) return;
    this.writer.varint(chain.origin);
    this.writer.varint(chain.number);
    this.writer.varint(chain.depth);
  }

  /** It is whole; gives what follows it. */
  part(): Batch {
    const next = this.aside as Batch;
    this.aside = undefined;
    this.endChain();
    return next;
  }

  /** Those that follow this one. */
  asides(): Batch[] {
    return this.aside === undefined ? [] : [this.aside, ...this.aside.asides()];
  }

  /**
   * The message is whole: what it mentions is in force, what it moves is detached here.
   *
   * Throws `LimitError` when the other end would not take it, because that would end the link for everybody.
   */
  commit(): void {
    if (this.bytes > this.#owner.peerFrameBytes) {
      throw new LimitError(
        `${this.bytes} bytes are more than the ${this.#owner.peerFrameBytes} that the other end takes at once: pass the value in parts`,
        { executed: 'no' },
      );
    }
    if (this.#drafts.length > 0) {
      for (const [value, id] of this.#drafts) this.#owner.exported(value, id);
      this.#drafts = [];
    }
    if (this.#moving.length > 0) this.#detach();
  }

  /** The message could not be encoded: as if it had never been begun. */
  undo(at: number, blobs: number): void {
    this.writer.at = at;
    for (const blob of this.blobs.splice(blobs)) {
      this.blobBytes -= blob.byteLength;
      const i = this.pooled.indexOf(blob);
      if (i >= 0) giveBack(this.pooled.splice(i, 1)[0] as Uint8Array);
    }
    this.#moving = [];
    for (const [, id] of this.#drafts) this.#owner.references.unmention(id);
    this.#drafts = [];
    this.building = false;
  }

  /** It has left: the next messages are written into it. */
  clear(): void {
    this.writer.at = 0;
    if (this.blobs.length > 0) this.blobs = [];
    if (this.transfer.length > 0) this.transfer = [];
    if (this.requests.length > 0) this.requests = [];
    if (this.inner.length > 0) this.inner = [];
    if (this.pooled.length > 0) this.pooled = [];
    this.blobBytes = 0;
    this.lent = false;
  }

  /** Forgets everything in it. */
  discard(): void {
    this.undo(0, 0);
    this.requests = [];
    this.inner = [];
    this.open = undefined;
    this.blobBytes = 0;
  }

  #detach(): void {
    for (const buffer of this.#moving) {
      const places = this.blobs
        .map((blob, i) => ({ i, blob, from: blob.byteOffset, size: blob.byteLength }))
        .filter(({ blob }) => blob.buffer === buffer);
      const moved = detached(buffer);
      if (moved !== undefined) this.transfer.push(moved);
      for (const { i, blob, from, size } of places)
        this.blobs[i] = moved === undefined ? blob.slice() : new Uint8Array(moved, from, size);
    }
    this.#moving = [];
  }
}

/** The same memory under a new buffer; undefined: it cannot be moved, as that of WebAssembly and the pool that small Buffers share. */
function detached(buffer: ArrayBuffer): ArrayBuffer | undefined {
  try {
    return structuredClone(buffer, { transfer: [buffer] });
  } catch {
    return undefined;
  }
}
