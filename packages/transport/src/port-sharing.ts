/**
 * Shared memory beside a port between threads of one program: frames pass in a pair of rings, the port carries bells and what is
 * moved instead of copied. With it a thread can wait for the other one without turning its event loop.
 */
import { existsSync } from 'node:fs';
import { isMainThread, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { ProtocolError } from '@remoteobj/except';
import type { Frame } from '@remoteobj/core';
import { wayGiver } from './giving-way.js';
import { BESIDE, END } from './framing.js';
import type { Polled } from './native.js';
import type { PortShare, ShareOwner } from './port-side.js';
import { pairBytes, RingLink } from './ring-link.js';
import { retry } from './pausing.js';
import { Sleep } from './ring.js';
import { atExit, ownTask } from './thread-exit.js';
import { rangSomebody, threadWords, waitFor, waitForAny, type Waitable } from './wait-set.js';

/** Bytes of one frame above which the port copies faster than the rings do. */
const besideBytes = 4 * 1024 * 1024;

/** The first message of each side. */
interface Greeting {
  readonly remoteobj: 'shares';
  readonly nonce: number;
  readonly memory: SharedArrayBuffer;
  /** The `threadWords` of the sender. */
  readonly words: Int32Array;
  /** Of the sender, where the system tells: Linux. */
  readonly task: string | undefined;
  /** Whether frames may go through the memory. */
  readonly ring: boolean;
}

/** Says that the frames after it are in the shared memory. */
const SWITCH = { remoteobj: 'switch' } as const;
/** Says nothing: it wakes an event loop. */
const BELL = true;

export class PortSharing implements PortShare, Waitable {
  readonly polled: Polled | undefined = undefined;
  readonly #owner: ShareOwner;
  readonly #port: MessagePort;
  readonly #nonce: number = crypto.getRandomValues(new Uint32Array(1))[0] as number;
  readonly #mayRing: boolean = process.env['REMOTEOBJ_LINK'] !== 'port';
  /** Given away when the rings are made, or not needed. */
  #memory: SharedArrayBuffer | undefined = new SharedArrayBuffer(pairBytes);
  #peer: Pick<Greeting, 'words' | 'task'> | undefined;
  #ring: RingLink | undefined;
  #ringIn = false;
  #ringOut = false;
  /** Frames that came on the port although the rings are in use. */
  #beside: Frame[] = [];
  #taking = false;
  /** Something was taken from the port on the way to sleep, and nobody has been told. */
  #took = false;
  #flushed: (() => void) | undefined;

  /** `port` is what the messages can be taken from without the event loop. */
  constructor(owner: ShareOwner, port: MessagePort) {
    this.#owner = owner;
    this.#port = port;
    owner.post({
      remoteobj: 'shares',
      nonce: this.#nonce,
      memory: this.#memory as SharedArrayBuffer,
      words: threadWords,
      task: ownTask(),
      ring: this.#mayRing,
    } satisfies Greeting);
    waitFor(this, true);
    if (!isMainThread) atExit(this, true);
  }

  block(milliseconds: number): boolean {
    return waitForAny(this, milliseconds);
  }

  /** Takes what came on the port; false: it is none of ours. */
  message(data: unknown): boolean {
    if (data === BELL) {
      this.look();
      this.rest();
      return true;
    }
    if (typeof data !== 'object' || data === null || !('remoteobj' in data)) return false;
    if (data.remoteobj === 'shares') this.#greeted(data as Greeting);
    else if (data.remoteobj === 'switch') this.#switched();
    else return false;
    return true;
  }

  /** A frame came on the port; false: it is to be delivered now. */
  came(frame: Frame): boolean {
    if (!this.#ringIn) return false;
    this.#beside.push(frame);
    this.look();
    this.rest(); // what rang for it may have been taken together with it
    return true;
  }

  /** Whether frames leave through the rings. */
  get sends(): boolean {
    return this.#ringOut;
  }

  /** Sends a frame; false: wait. `beside` posts it on the port. */
  send(frame: Frame, beside: (frame: Frame) => boolean): boolean {
    const ring = this.#ring as RingLink;
    try {
      if (!isLarge(frame)) return ring.send(frame);
      const room = beside(frame); // first, so that whoever reads the mark finds it
      ring.mark(BESIDE);
      return room;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#owner.fault(error);
      return true;
    }
  }

  /** Wakes the other side if it blocks: something was posted. */
  posted(): void {
    this.#ring?.knock();
  }

  /** Ends in order; resolves when everything is in the rings. */
  async end(): Promise<void> {
    const ring = this.#ring as RingLink;
    ring.mark(END);
    await new Promise<void>((resolve) => {
      this.#flushed = resolve;
      this.#flush();
    });
  }

  /** The link has ended. */
  stop(): void {
    waitFor(this, false);
    this.#flushed?.();
    atExit(this, false);
    // Whoever keeps the transport does not keep the memory.
    this.#ring = undefined;
    this.#memory = undefined;
    this.#beside = [];
  }

  // What a blocking thread does instead of the event loop.

  get blind(): boolean {
    return this.#peer === undefined;
  }

  get pending(): boolean {
    return this.#ringIn && this.#ring?.pending === true;
  }

  receive(thoroughly: boolean): boolean {
    if (this.#owner.ended) return false;
    let got = this.#owner.deliver() || this.#took;
    this.#took = false;
    if (this.#ringIn) got = this.#takeRing() || got;
    if (thoroughly || !this.#ringIn) got = this.#takePort() || got;
    if (!got && thoroughly) got = this.#looksDead();
    this.#flush();
    return got;
  }

  sleep(): boolean {
    if (!this.#sleeps(Sleep.blocked) && this.#ringIn) return false;
    // What was posted before the other side could see that this one sleeps rang for nobody.
    this.#took = this.#takePort();
    return !this.#took;
  }

  wake(): void {
    this.#ring?.wake();
  }

  rest(): void {
    if (this.#owner.turning || this.#taking) return;
    while (this.#ringIn && !this.#owner.ended && !this.#sleeps(Sleep.inLoop)) this.look();
  }

  look(): void {
    if (this.#ringIn) while (this.#takeRing());
    this.#flush();
  }

  /** Says that this side sleeps; false: something came meanwhile. */
  #sleeps(how: Sleep): boolean {
    try {
      return this.#ring?.sleep(how) !== false;
    } catch (error) {
      this.#owner.arrived({ fault: error as Error });
      return false;
    }
  }

  #takePort(): boolean {
    let got = false;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#owner.message(next.message);
      got = true;
      if (this.#owner.ended) break;
    }
    return got;
  }

  #takeRing(): boolean {
    // A mark in the ring makes it look at the port, where a bell may make it look at the ring.
    if (this.#owner.ended || this.#taking) return false;
    this.#taking = true;
    try {
      this.#ring?.receive();
    } catch (error) {
      this.#owner.fault(error as Error);
    } finally {
      this.#taking = false;
    }
    return this.#owner.deliver();
  }

  #flush(): void {
    const ring = this.#ring;
    if (ring === undefined || !this.#ringOut || this.#owner.ended) return;
    try {
      if (ring.flush()) this.#owner.drained();
    } catch (error) {
      return this.#owner.fault(error as Error);
    }
    if (!ring.unsent) this.#flushed?.();
  }

  #greeted(peer: Greeting): void {
    if (this.#peer !== undefined || this.#owner.ended) return;
    this.#peer = { words: peer.words, task: peer.task };
    const first = this.#nonce > peer.nonce;
    const memory = first ? (this.#memory as SharedArrayBuffer) : peer.memory;
    this.#memory = undefined;
    this.#ring = new RingLink(memory, first ? 0 : 1, {
      maxFrameBytes: besideBytes, // larger ones come on the port, where they were allocated before they came
      bell: (how) => this.#bell(how),
      frame: (frame) => this.#owner.arrived({ frame }),
      marked: (code) => this.#marked(code),
    });
    this.#ringOut = this.#mayRing && peer.ring;
    if (this.#ringOut) this.#owner.post(SWITCH);
    this.posted(); // what was posted before could ring for nobody
  }

  #switched(): void {
    if (this.#ring === undefined) return this.#owner.fault(new ProtocolError('the other thread shares no memory'));
    this.#ringIn = true;
    this.look();
    this.rest();
  }

  #marked(code: number): void {
    if (code === END) return this.#owner.arrived({ marker: END });
    if (code !== BESIDE) throw new ProtocolError(`the marker ${code.toString(16)} came where it may not`);
    while (this.#beside.length === 0) {
      const next = receiveMessageOnPort(this.#port);
      if (next === undefined) throw new ProtocolError('a frame that was announced did not come on the port');
      this.#owner.message(next.message);
    }
    this.#owner.arrived({ frame: this.#beside.shift() as Frame });
  }

  #bell(how: Sleep): void {
    if (how !== Sleep.inLoop) ring(this.#peer?.words);
    if (how !== Sleep.blocked) this.#owner.post(BELL);
    rangSomebody();
    this.#owner.rang(wayGiver());
  }

  /** A thread that ended without a word is known by the word it left at its exit, or because its task is gone. */
  #looksDead(): boolean {
    const { words, task } = this.#peer ?? {};
    const code = words === undefined ? 0 : Atomics.load(words, 1);
    if (code === 0 && (task === undefined || existsSync(task))) return false;
    if (this.#takeRing() || this.#takePort()) return true;
    this.#owner.died(code === 0 ? null : code - 1);
    return true;
  }

  /** See `Transport`. */
  flushSync(milliseconds: number): boolean {
    return retry(milliseconds, () => {
      this.#flush();
      return this.#ring?.unsent !== true || this.#owner.ended;
    });
  }

  /** See `Exiting`. */
  exiting(): void {
    ring(this.#peer?.words);
  }
}

function ring(words: Int32Array | undefined): void {
  if (words === undefined) return;
  Atomics.add(words, 0, 1);
  Atomics.notify(words, 0);
}

function isLarge({ head, blobs, transfer = [] }: Frame): boolean {
  if (transfer.length > 0) return true;
  let bytes = head.byteLength;
  for (const blob of blobs) bytes += blob.byteLength;
  return bytes > besideBytes;
}
