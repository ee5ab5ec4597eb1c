import { Kind } from './message.js';
import { longestDelay } from './timer.js';
import { afterTurn } from './turn.js';

/** Whether the other end is alive but does not answer: its event loop is blocked, or its process was stopped. */

/** What watching needs of its connection. */
export interface LivenessLink {
  readonly framesReceived: number;
  /** Whether the other end was asked for something that it has not answered. */
  readonly awaits: boolean;
  /** Sends a message that is a kind alone. */
  send(kind: number): void;
}

/** Somebody who is told of the other end's silence. */
export interface SilenceListener {
  /** Milliseconds of silence, after a ping, that are too long. */
  readonly limit: number;
  silent(): void;
  /** Something came after all. */
  heard(): void;
}

/** Looks at the link so often while it is silent for as long as the shortest limit. */
const looks = 10;
/** Milliseconds between looks, at least. */
const shortest = 10;
/** Milliseconds that one look counts, at least: a wait that blocks looks every 40. */
const leastCounted = 50;

/**
 * Measures how long the other end has been silent while calls of ours wait. Every frame is a sign of life; when none came since the last
 * look, the other end is pinged.
 *
 * A look that comes late counts no more than one in time, because then our own event loop was blocked, this process was stopped, or the
 * machine slept. Too long a silence is told only after one more turn, in which what has arrived meanwhile is taken in. There is a timer
 * only while somebody listens and calls wait, and for one look afterwards; it keeps no event loop alive.
 */
export class Liveness {
  readonly #link: LivenessLink;
  /** With each: whether it was told of the silence there is. */
  readonly #listeners = new Map<SilenceListener, boolean>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  /** Milliseconds since the ping. */
  #silence = 0;
  #pinged = false;
  #lookedAt = 0;
  #framesThen = 0;
  /** Something came that is no frame. */
  #sign = false;
  /** The silence is too long, unless something comes in the next turn. */
  #doubtful = false;

  constructor(link: LivenessLink) {
    this.#link = link;
  }

  /** Whether somebody listens, but nothing is looked at. */
  get rests(): boolean {
    return this.#timer === undefined && this.#listeners.size > 0;
  }

  /** Adds a listener; gives what removes it. */
  watch(listener: SilenceListener): () => void {
    if (!this.#ended) this.#listeners.set(listener, false);
    if (this.rests && this.#link.awaits) this.wake();
    return () => void this.#listeners.delete(listener);
  }

  /** Calls wait from now on. */
  wake(): void {
    this.#lookedAt = performance.now();
    this.#hear();
    this.#arm();
  }

  /** The other end has taken something in. */
  sign(): void {
    this.#sign = true;
  }

  /** Looks whether something has come; also called by a thread that blocks, whose timers stand still. */
  look(): void {
    if (this.#timer === undefined) return;
    const now = performance.now();
    const passed = now - this.#lookedAt;
    this.#lookedAt = now;
    if (this.#sign || this.#link.framesReceived !== this.#framesThen) return this.#hear();
    if (!this.#pinged) {
      this.#pinged = true;
      return this.#link.send(Kind.ping); // answered as soon as the other end takes frames in
    }
    this.#silence += Math.min(passed, Math.max(this.#interval, leastCounted));
    const late = [...this.#listeners].filter(([{ limit }, told]) => !told && this.#silence >= limit);
    const sure = this.#doubtful;
    this.#doubtful = !sure && late.length > 0;
    if (!sure) return;
    for (const [listener] of late) {
      if (this.#ended) return; // by the listener before
      this.#listeners.set(listener, true);
      listener.silent();
    }
  }

  /** The link ended: nobody is told any more. */
  end(): void {
    this.#ended = true;
    this.#doubtful = false;
    this.#listeners.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #interval(): number {
    const limit = Math.min(...[...this.#listeners.keys()].map((listener) => listener.limit));
    return Math.min(longestDelay, Math.max(shortest, limit / looks));
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#tick(), this.#interval);
    (this.#timer as { unref?(): void }).unref?.(); // a number in browsers
  }

  #tick(): void {
    this.look();
    if (this.#doubtful) return afterTurn(() => this.#tick());
    this.#timer = undefined;
    const told = [...this.#listeners.values()].includes(true);
    if (told || (this.#listeners.size > 0 && this.#link.awaits)) this.#arm();
  }

  #hear(): void {
    this.#framesThen = this.#link.framesReceived;
    this.#sign = false;
    this.#silence = 0;
    this.#pinged = false;
    this.#doubtful = false;
    for (const [listener, told] of this.#listeners) {
      if (!told) continue;
      this.#listeners.set(listener, false);
      listener.heard();
    }
  }
}
