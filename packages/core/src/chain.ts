import { newContext, type Context } from '@remoteobj/except/internal';

/**
 * One thread of calls through any number of processes and threads: what is called while a request is served continues the chain
 * of that request. Whoever blocks serves the requests of its own chain meanwhile, because it waits for itself otherwise.
 */
export interface Chain {
  /** Of the process or thread where the chain began; random. */
  readonly origin: number;
  /** Counted there. */
  readonly number: number;
  /** Calls of it, each inside the one before, that lead here. */
  readonly depth: number;
}

let own: number | undefined;

/** This thread's own name in chains and waits: 48 random bits, drawn at the first use. */
export function ownOrigin(): number {
  return (own ??= randomOrigin());
}

/** Made when the first request of a chain is served: programs that never block do not pay for it. */
let storage: Context<Chain | undefined> | undefined;
let begun = 0;

/** The chain that the running code belongs to, if a blocking call brought it about. */
export function currentChain(): Chain | undefined {
  return storage?.getStore();
}

/** The chain that a blocking call belongs to: the one that runs, or a new one. */
export function continuedChain(): Chain {
  return currentChain() ?? { origin: ownOrigin(), number: ++begun, depth: 0 };
}

/** Runs a task as part of a chain, or of none. */
export function within<T>(chain: Chain | undefined, task: () => T): T {
  if (chain !== undefined) storage ??= newContext();
  return storage === undefined ? task() : storage.run(chain, task);
}

export function isSameChain(a: Chain | undefined, b: Chain): boolean {
  return a !== undefined && a.number === b.number && a.origin === b.origin;
}

function randomOrigin(): number {
  const words = crypto.getRandomValues(new Uint16Array(3));
  return words.reduce((sum, word) => sum * 65_536 + word, 0) + 1;
}
