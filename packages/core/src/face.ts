import { NotListeningError, TimeoutError } from '@remoteobj/except';
import { checkOptions, ending, flag, milliseconds, type Rules } from './check-options.js';
import { Link } from './connection.js';
import { endedError } from './errors.js';
import { viewOfRemote } from './proxy.js';
import { timer } from './timer.js';
import type { Port } from './transport.js';

/** What a connection has done and holds, for tests and for the curious. */
export interface ConnectionStats {
  readonly framesSent: number;
  readonly framesReceived: number;
  /** Calls of ours that wait for an answer. */
  readonly pending: number;
  /** Calls of the other end that run here. */
  readonly running: number;
  /** Objects of ours that the other end holds, the exposed one not counted. */
  readonly exported: number;
  /** Objects of the other end that are held here. */
  readonly imported: number;
  /** Results kept here because the other end may still build on them. */
  readonly kept: number;
  /** Iterations under way, both ways. */
  readonly streams: number;
}

/** Events of a connection. */
export interface ConnectionEvents {
  /** An operation that nobody awaited failed. */
  error: (error: unknown) => void;
  /** Calls of ours wait, but the other end has taken nothing in for so long (`unresponsiveAfter` of `connect`), although it is not gone. */
  unresponsive: () => void;
  /** It does so again. */
  responsive: () => void;
}

type Listeners = { readonly [E in keyof ConnectionEvents]: Set<ConnectionEvents[E]> };

/** One end of a link, as users see it. */
export class Connection {
  readonly #link: Link;
  readonly #listeners: Listeners = { error: new Set(), unresponsive: new Set(), responsive: new Set() };
  #unwatch: (() => void) | undefined;
  /** Resolves when the link has ended, with the reason if it broke; never rejects. */
  readonly closed: Promise<Error | undefined>;
  #closing: Promise<void> | undefined;

  constructor(link: Link) {
    this.#link = link;
    this.closed = new Promise((resolve) => {
      const look = (): void => {
        if (link.ended === undefined) return;
        link.watchers.delete(look);
        resolve(link.ended.reason);
      };
      link.watchers.add(look);
      look();
    });
    link.caller.unheard.listener = (error) => {
      for (const listener of this.#listeners.error) listener(error);
      return this.#listeners.error.size > 0;
    };
  }

  /** Whether the other end serves an object now. */
  get listening(): boolean {
    return this.#link.ended === undefined && this.#link.listening === 'listening';
  }

  /** Whether `sync(remote)` works on this connection: threads, and child processes on Linux and macOS. */
  get syncSupported(): boolean {
    return this.#link.blocks;
  }

  /** Resolves when all that was issued before has finished over there; rejects with the errors of what nobody awaited. */
  flush(): Promise<void> {
    return this.#link.caller.flush();
  }

  /**
   * Ends the link, once. `fulfil` (default): what is under way finishes first; `refuse`: it rejects with `ConnectionClosedError`.
   *
   * Rejects with the errors of operations that nobody awaited; the link is closed all the same.
   */
  close(options: { readonly pending?: 'fulfil' | 'refuse' } = {}): Promise<void> {
    checkOptions(options, ending, 'close');
    return (this.#closing ??= this.#close(options.pending ?? 'fulfil'));
  }

  stats(): ConnectionStats {
    const { outbox, caller, server, references, streams, framesReceived } = this.#link;
    const root = references.isRootExported ? 1 : 0;
    return {
      framesSent: outbox.framesSent,
      framesReceived,
      pending: caller.pending.size,
      running: server.runningCount,
      exported: references.exportedCount - root,
      imported: references.importedCount,
      kept: server.results.size,
      streams: streams.count,
    };
  }

  /**
   * A connection of its own for another thread of this program, to the same end: transfer the port to the thread, and there
   * `connect(messagePort(port))` gives the remote for what the other end exposes. It ends with this connection.
   *
   * Frames of that thread pass through this one, which must turn its event loop or block. Throws Error when the link has ended, and
   * TypeError where there are no threads.
   */
  share(): Port {
    const { transport, ended, tunnels } = this.#link;
    if (ended !== undefined) throw endedError(ended.reason, 'share', 'no');
    if (transport.handOver === undefined)
      throw new TypeError('share: only connections to threads and child processes can be shared with another thread');
    const [outer, port] = transport.handOver();
    tunnels.join(outer);
    return port;
  }

  /** Adds a listener; gives what removes it. */
  on<E extends keyof ConnectionEvents>(event: E, listener: ConnectionEvents[E]): () => void {
    if (!Object.hasOwn(this.#listeners, event))
      throw new TypeError(
        `a connection has no event '${String(event)}'; it has: ${Object.keys(this.#listeners).join(', ')}`,
      );
    this.#listeners[event].add(listener);
    this.#watch();
    return () => {
      this.#listeners[event].delete(listener);
      this.#watch();
    };
  }

  /** The other end's silence is watched as long as somebody wants to know of it. */
  #watch(): void {
    const { unresponsive, responsive } = this.#listeners;
    if (unresponsive.size + responsive.size === 0) {
      this.#unwatch?.();
      this.#unwatch = undefined;
    } else if (this.#unwatch === undefined) {
      const { options, liveness } = this.#link;
      this.#unwatch = liveness.watch({
        limit: options.unresponsiveAfter ?? 3000,
        silent: () => tellSoon(unresponsive),
        heard: () => tellSoon(responsive),
      });
    }
  }

  async #close(pending: 'fulfil' | 'refuse'): Promise<void> {
    const link = this.#link;
    if (link.listening === 'not yet')
      for (const batch of link.outbox.takeHeld()) link.caller.pending.refuse(batch, true);
    if (link.ended !== undefined) return link.caller.unheard.raise();
    if (pending === 'refuse') {
      link.caller.pending.end(undefined, []);
      await link.server.stop('refuse');
      link.outbox.flush();
      return link.end();
    }
    try {
      link.caller.pending.ask(link.outbox.requests);
      if (link.greeted) await link.caller.flush();
      else await nobodyThere(link);
      await link.server.stop('fulfil');
    } finally {
      await link.end();
    }
  }
}

/** There is nothing to wait for. `await` asks for what failed one microtask late. */
async function nobodyThere({ caller }: Link): Promise<void> {
  await undefined;
  await undefined;
  caller.unheard.raise();
}

/** A thread that blocks tells its listeners when it goes on. */
function tellSoon(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) queueMicrotask(listener);
}

const faces = new WeakMap<Link, Connection>();

/** The connection a remote belongs to. Throws TypeError for anything but a connected remote. */
export function connectionOf(remote: unknown): Connection {
  const link = linkBehind(remote);
  let face = faces.get(link);
  if (face === undefined) faces.set(link, (face = new Connection(link)));
  return face;
}

/**
 * Resolves `true` once the other end listens. When it ended or stopped first, rejects with why, or resolves `false` with
 * `fail: false`.
 *
 * `timeout` in milliseconds, default none; past it, rejects with `TimeoutError` (also `false` with `fail: false`).
 */
export function waitUntilListening(
  remote: unknown,
  options: { readonly timeout?: number; readonly fail?: boolean } = {},
): Promise<boolean> {
  const link = linkBehind(remote);
  checkOptions(options, waitRules, 'waitUntilListening');
  const { timeout, fail = true } = options;
  return new Promise((resolve, reject) => {
    let limit: ReturnType<typeof setTimeout> | undefined;
    const done = (error?: Error): void => {
      clearTimeout(limit);
      link.watchers.delete(look);
      link.hold(false);
      if (error === undefined) resolve(true);
      else if (fail) reject(error);
      else resolve(false);
    };
    const look = (): void => {
      if (link.ended !== undefined) done(endedError(link.ended.reason, 'waitUntilListening', 'no'));
      else if (link.listening === 'listening') done();
      else if (link.listening === 'stopped') done(stopped(link.stopReason));
    };
    link.watchers.add(look);
    link.hold(true);
    if (timeout !== undefined) {
      limit = timer(
        () => done(new TimeoutError(`the other end did not listen within ${timeout} ms`, { executed: 'no' })),
        timeout,
      );
    }
    look();
  });
}

const waitRules: Rules = new Map([
  ['timeout', milliseconds],
  ['fail', flag],
]);

function stopped(reason: unknown): Error {
  if (reason instanceof Error) return reason;
  return new NotListeningError('the other end has stopped listening', { executed: 'no' });
}

function linkBehind(remote: unknown): Link {
  const direct = viewOfRemote(remote);
  const view = direct ?? viewOfRemote((remote as { remote?: unknown } | null | undefined)?.remote);
  const recorder = view?.root.recorder;
  if (recorder === undefined)
    throw new TypeError('a remote was expected: what connect, spawn or a call on a remote gave');
  if (recorder instanceof Link) return recorder;
  throw new TypeError(
    'this remote has more than one connection, at the same time or one after the other: it belongs to a pool, or to a process that is restarted; wait for it with an ordinary call',
  );
}
