/** Both ends of a connection in this process, and what passes between them. */
import {
  connect,
  connectionOf,
  expose,
  type Connection,
  type ConnectOptions,
  type ExposeOptions,
  type Listener,
  type Remote,
  type Transport,
} from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';

/** What tests of behaviour, not of types, use a remote as; the one `any` of the tests. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Untyped = any;

export interface Pair<T> {
  readonly remote: Remote<T>;
  /** The same remote, of which the types say nothing. */
  readonly any: Untyped;
  /** The caller's end. */
  readonly connection: Connection;
  /** The serving end. */
  readonly server: Connection;
  readonly listener: Listener;
  /** The two transports: the caller's, the server's. */
  readonly transports: readonly [Transport, Transport];
  /** Frames that the caller has sent since `listening`, or since this was last read. */
  frames(): number;
  close(): Promise<void>;
}

/** Serves `target` over memory and waits until it listens. */
export async function pair<T extends object>(
  target: T,
  options: { readonly connect?: ConnectOptions; readonly expose?: ExposeOptions } = {},
): Promise<Pair<T>> {
  const transports = memoryPair();
  const listener = expose(target, transports[1], options.expose);
  const remote = connect<T>(transports[0], options.connect);
  const connection = connectionOf(remote);
  const server = connectionOf(connect(transports[1]));
  await turn();
  let seen = connection.stats().framesSent;
  return {
    remote,
    any: remote,
    connection,
    server,
    listener,
    transports,
    frames() {
      const before = seen;
      seen = connection.stats().framesSent;
      return seen - before;
    },
    async close() {
      await connection.close();
      await server.closed;
    },
  };
}

/** One turn of the event loop, in which everything that is on its way over memory arrives. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Turns the event loop until the condition holds; the test's own limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** A promise and what settles it. */
export function gate<V = void>(): { readonly opened: Promise<V>; open(value: V): void; fail(error: unknown): void } {
  let open: (value: V) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const opened = new Promise<V>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { opened, open, fail };
}
