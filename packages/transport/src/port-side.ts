import type { Frame } from '@remoteobj/core';
import type { Arrival } from './inbox.js';

/** A port of Node or of a browser, or a worker, as far as it is used here. */
export interface PortLike {
  postMessage(message: unknown, transfer?: never): void;
}

/** What ports of Node and of browsers do differently. */
export interface PortSide {
  readonly port: PortLike;
  start(onMessage: (data: unknown) => void, onEnd: (reason: Error) => void): void;
  /** Takes its listeners back; the port itself is closed, a worker goes on. */
  stop(): void;
  /** Whether it keeps the event loop alive. */
  keepAlive(on: boolean): void;
  /** Why the link ends when the thread at the other end is found to have ended. */
  death(exitCode: number | null): Error;
}

/** Shared memory beside a port, where both ends are threads of one program of Node. */
export interface PortShare {
  block(milliseconds: number): boolean;
  /** A message that is no frame; false: it is not known here. */
  message(data: unknown): boolean;
  /** A frame came on the port; false: it is to be delivered now. */
  came(frame: Frame): boolean;
  /** Whether frames leave through the memory. */
  readonly sends: boolean;
  /** `beside` posts a frame on the port. False: wait. */
  send(frame: Frame, beside: (frame: Frame) => boolean): boolean;
  /** See `Transport`. */
  flushSync(milliseconds: number): boolean;
  /** Something was posted. */
  posted(): void;
  /** Ends in order; resolves when all has left. */
  end(): Promise<void>;
  /** The link has ended. */
  stop(): void;
  /** Looks for frames, and for room. */
  look(): void;
  /** This thread looks by itself for a while. */
  wake(): void;
  /** The event loop is waited in again. */
  rest(): void;
}

/** What shared memory needs of its transport. */
export interface ShareOwner {
  readonly ended: boolean;
  /** Whether the event loop is kept turning and looks by itself. */
  readonly turning: boolean;
  post(message: unknown): void;
  /** Takes a message as if the port had delivered it. */
  message(data: unknown): void;
  /** Something came, to be handed over by `deliver` in its turn. */
  arrived(arrival: Arrival): void;
  deliver(): boolean;
  drained(): void;
  /** The other thread slept and was rung for; `giver` lets it go on. */
  rang(giver: { giveWay(): void } | undefined): void;
  fault(error: Error): void;
  /** The other thread has ended; with its exit code, if known. */
  died(exitCode: number | null): void;
}

/** Makes it, where it can be had. */
export type ShareMaker = (owner: ShareOwner, port: PortLike) => PortShare | undefined;

/** Whether a message offers shared memory, which not every end can take. */
export function isShareMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (data as { remoteobj?: unknown }).remoteobj === 'shares';
}
