/**
 * What this thread can wait for without turning its event loop: all its links that can block, at once, because a call back may
 * come on any of them.
 */
import { wayGiver } from './giving-way.js';
import { native, type Polled } from './native.js';
import { processors } from './processors.js';

/** A link that this thread can wait for. */
export interface Waitable {
  /**
   * Takes in what is there without sleeping, and tries to send what waits; true: something was delivered, or the link ended. `thoroughly`: looks
   * for what comes beside shared memory, too, which takes a system call.
   */
  receive(thoroughly: boolean): boolean;
  /** Whether `receive` would find something in shared memory; cheap. */
  readonly pending: boolean;
  /** Says that this thread sleeps and must be rung for; false: something came meanwhile. */
  sleep(): boolean;
  /** Says that this thread looks by itself. */
  wake(): void;
  /** The event loop is waited in again: it must be rung for, unless it looks by itself. */
  rest(): void;
  /** The descriptor that has something when the link is rung for, has bytes or has ended; undefined: the thread's word is rung. */
  readonly polled: Polled | undefined;
  /** Whether nobody can ring yet, so that it must be looked at again and again. */
  readonly blind: boolean;
}

/**
 * What the other threads of this process may touch of this thread: the first word they ring, for all links between threads; the
 * second says how the thread ended: its exit code and one.
 */
export const threadWords: Int32Array = new Int32Array(new SharedArrayBuffer(8));

/** Milliseconds of looking before sleeping, at most: waking up costs a hundredth, or more. */
const longestSpin = 0.06;
/** Waits that go without looking at most, where it never pays. */
const longestRest = 256;
/** Milliseconds of one sleep, at most, so that links without a descriptor are looked after. */
const longestSleep = 50;
/** The same where bells of both kinds can ring, and only one kind can be heard: that of the link whose answer is wanted. */
const mixedSleep = 1;
/** Milliseconds after which a thread that blocks often and never sleeps looks thoroughly: it would not hear of an end otherwise. */
const lookInterval = 10;

const links = new Set<Waitable>();
const spins = processors() > 1;
/** Waits for which looking is left off, because it did not pay the last times. */
let rest = 0;
let nextRest = 1;
let nextLook = 0;
/** Somebody was rung for since the last wait. */
let rang = false;

export function waitFor(link: Waitable, on: boolean): void {
  if (on) links.add(link);
  else links.delete(link);
}

/** Somebody who slept was rung for: the next wait gives way to him. */
export function rangSomebody(): void {
  rang = true;
}

/** Blocks until something was delivered on any link, of `wanted` above all, or `milliseconds` passed; true: something was. */
export function waitForAny(wanted: Waitable, milliseconds: number): boolean {
  for (const link of links) link.wake();
  restLater();
  const now = performance.now();
  if (receiveAll(now >= nextLook)) return true;
  if (milliseconds <= 0) return false;
  const deadline = now + milliseconds;
  if (spun(milliseconds) && receiveAll(false)) return true;
  for (let nap = 0.05; ; nap = Math.min(2 * nap, longestSleep)) {
    const bell = Atomics.load(threadWords, 0);
    if (fallAsleep()) sleepFor(wanted, deadline - performance.now(), nap, bell);
    for (const link of links) link.wake();
    if (receiveAll(true)) return true;
    if (performance.now() >= deadline) return false;
  }
}

function receiveAll(thoroughly: boolean): boolean {
  let got = false;
  for (const link of links) got = link.receive(thoroughly) || got;
  if (thoroughly) nextLook = performance.now() + lookInterval;
  return got;
}

/** Looks for a moment, unless that did not pay lately; true: something is there. */
function spun(left: number): boolean {
  const wokeSomebody = rang;
  rang = false;
  if (!spins) return false;
  if (rest > 0) {
    rest--;
    return false;
  }
  const until = performance.now() + Math.min(left, longestSpin);
  const giver = wokeSomebody ? wayGiver() : undefined;
  if (wokeSomebody && giver === undefined) return false; // he may need this processor
  let found = false;
  do {
    giver?.giveWay();
    for (let i = 0; i < 50 && !found; i++) found = anyPending();
  } while (!found && performance.now() < until);
  // Too late: nothing came, or somebody else used this processor meanwhile, who yields to those that sleep only.
  if (!found || (giver !== undefined && performance.now() >= until)) {
    rest = nextRest;
    nextRest = Math.min(2 * nextRest, longestRest);
  } else {
    nextRest = 1;
  }
  return found;
}

function anyPending(): boolean {
  for (const link of links) if (link.pending) return true;
  return false;
}

function fallAsleep(): boolean {
  for (const link of links) if (!link.sleep()) return false;
  return true;
}

function sleepFor(wanted: Waitable, left: number, nap: number, bell: number): void {
  const polled: Polled[] = [];
  let others = false;
  let blind = false;
  for (const link of links) {
    const own = link.polled;
    if (own === undefined) others = true;
    else polled.push(own);
    blind ||= link.blind;
  }
  if (left <= 0) return;
  const most = Math.min(left, others && polled.length > 0 ? mixedSleep : longestSleep);
  const byWord = polled.length === 0 || wanted.polled === undefined;
  const calls = byWord ? undefined : native();
  if (calls !== undefined) calls.poll(polled, most);
  // Without system calls a descriptor is looked at from time to time, less often the longer nothing comes.
  else Atomics.wait(threadWords, 0, bell, byWord && !blind ? most : Math.min(most, nap));
}

let resting = false;

/** When the running code has ended, which may block many times before. */
function restLater(): void {
  if (resting) return;
  resting = true;
  queueMicrotask(() => {
    resting = false;
    for (const link of links) link.rest();
  });
}
