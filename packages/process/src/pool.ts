import type { Remote, RemoteView } from '@remoteobj/core';
import { longestDelay, Op, remoteOfRoot, timer, Unheard, viewOfRemote, type View } from '@remoteobj/core/internal';
import { checkedClose, type CloseOptions } from './closing.js';
import { moduleUrl } from './module-url.js';
import type { MapOptions } from './map-options.js';
import { callerOf, onRelay } from './pool-calls.js';
import { Mapping, type Mapper } from './pool-map.js';
import { checkedPool, checkSize, type PoolOptions } from './pool-options.js';
import { closedError, PoolWorkers } from './pool-workers.js';
import { Relay } from './relay.js';
import type { Router } from './router.js';
import type { Supervisor } from './supervisor.js';

/** What one worker of a pool does. */
export interface PoolWorkerStats {
  readonly name: string;
  readonly pid: number | undefined;
  readonly threadId: number | undefined;
  readonly state: 'starting' | 'ready' | 'pausing';
  /** Calls that it has not answered. */
  readonly running: number;
}

/** What a pool does. */
export interface PoolStats {
  /** How many workers there are at most. */
  readonly size: number;
  /** Those that are there; the others are started when they are needed. */
  readonly workers: readonly PoolWorkerStats[];
  /** Calls that have not been answered, those that wait included. */
  readonly open: number;
  /** Calls that wait for a worker. */
  readonly waiting: number;
  /** Workers that were started, replacements included. */
  readonly started: number;
}

/**
 * Processes or threads that serve the same module; gives it at once, they start as they are needed.
 *
 * Throws where the module or an option makes no sense. A module that cannot be imported is told by the calls: `SupervisorGaveUp`.
 */
export function pool<M>(module: URL | string, options: PoolOptions = {}): Pool<M> {
  return new Pool<M>(module, options);
}

/** Workers that share calls among them; made by `pool`. */
export class Pool<M> implements AsyncDisposable {
  /** What the module exports: each call goes to the least busy worker, and what it gives stays on that one. */
  readonly remote: Remote<M>;
  readonly #workers: PoolWorkers<M>;
  readonly #relay: Relay;
  /** Those whose operations are not settled. */
  readonly #busy = new Set<Relay>();
  /** Called when nothing is open. */
  #drained: (() => void)[] = [];
  readonly #busyAt = new WeakMap<Supervisor<M>, number>();
  readonly #idleCheck: NodeJS.Timeout | undefined;
  readonly #unheard = new Unheard();
  #closing: Promise<void> | undefined;

  constructor(module: URL | string, options: PoolOptions) {
    const plan = checkedPool(options);
    const { href } = moduleUrl(module, 'pool', options.execArgv === undefined);
    const { idleTimeout } = plan;
    this.#workers = new PoolWorkers<M>(href, plan, () => this.#changed());
    const workers = this.#workers;
    this.#relay = this.#relayTo({
      steady: false,
      next: (waiting) => workers.next(waiting),
      peek: () => workers.peek(),
    });
    // Typed by what the user says the module exports.
    this.remote = remoteOfRoot(this.#relay.root) as unknown as Remote<M>;
    if (idleTimeout !== undefined) {
      const look = (): void => this.#workers.endIdle(performance.now() - idleTimeout, this.#busyAt);
      this.#idleCheck = setInterval(look, Math.min(longestDelay, Math.max(1, idleTimeout / 4))).unref();
    }
  }

  /** How many workers there are at most. */
  get size(): number {
    return this.#workers.size;
  }

  /**
   * Calls `fn(item, index)` for each item, on the least busy worker; starts at once. Await it for an array, or iterate the results as
   * they come; either in the order of the items unless `ordered: false`.
   *
   * `fn`: a function of `remote`, one named by `remoteModule`, or `inline(f)`; any other runs here, and may call the pool itself.
   * Throws TypeError or RangeError for options that make no sense.
   */
  map<T, R>(fn: Mapper<T, R>, items: Iterable<T> | AsyncIterable<T>, options: MapOptions = {}): Mapping<Awaited<R>> {
    const call = callerOf(this.#relay, fn, (bound) => this.#workers.originOf(bound));
    return new Mapping<Awaited<R>>(call, items, options, 2 * this.size);
  }

  /**
   * Makes the same call on every worker, all of which are started; gives one result for each. `call` is not sent yet:
   * `lazy(pool.remote.load)(file)`, or a call of something named by `remoteModule`. Rejects with ConnectionClosedError where `resize` takes
   * a worker away before that is ready.
   */
  broadcast<R>(call: RemoteView<R>): Promise<R[]>;
  broadcast(call: unknown): Promise<unknown[]>;
  async broadcast(call: unknown): Promise<unknown[]> {
    const view = viewOfRemote(call);
    if (view?.op !== Op.call || (view.root !== this.#relay.root && view.root.kind !== 'module')) {
      throw new TypeError(
        'broadcast takes a call that is not sent yet: lazy(pool.remote.name)(…), or remoteModule(url).name(…)',
      );
    }
    for (let step: View | undefined = view; step !== undefined; step = step.parent) {
      if (step.request !== undefined)
        throw new TypeError(`broadcast: ${view} was sent to a worker already: make it with lazy(pool.remote.name)(…)`);
    }
    if (this.#closing !== undefined) throw closedError();
    return Promise.all(
      this.#workers.numbers().map((number) => {
        const relay = this.#relayToWorker(() => number);
        return relay.evaluate(onRelay(relay, view));
      }),
    );
  }

  /** What the module exports on one worker: the same for the same key, as long as the pool has the same size. */
  pin(key: string | number): Remote<M> {
    if (typeof key !== 'string' && typeof key !== 'number')
      throw new TypeError(`pool.pin(key): key must be a string or a number, not ${key === null ? 'null' : typeof key}`);
    const hash = hashOf(String(key));
    const relay = this.#relayToWorker(() => hash % this.size);
    return remoteOfRoot(relay.root) as unknown as Remote<M>; // as `remote`
  }

  stats(): PoolStats {
    const relays = [...this.#busy];
    return {
      size: this.size,
      workers: this.#workers.all.map((worker) => ({
        name: worker.name,
        pid: worker.spawned?.pid,
        threadId: worker.spawned?.threadId,
        state: worker.state as PoolWorkerStats['state'], // those that are over are not among them
        running: this.#workers.loadOf(worker),
      })),
      open: relays.reduce((sum, { open }) => sum + open, 0),
      waiting: relays.reduce((sum, { waiting }) => sum + waiting, 0),
      started: this.#workers.lives,
    };
  }

  /** Changes how many workers there are at most. Those that are too many finish what they do; resolves when they have ended. */
  async resize(size: number): Promise<void> {
    checkSize(size, 'pool.resize(size)');
    const ended = this.#workers.resize(size);
    this.#changed();
    await ended;
  }

  /** Resolves when no call waits or runs. */
  async drain(): Promise<void> {
    if (this.#busy.size > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /**
   * Takes no more calls, lets those finish that it has, and ends its workers, also those that are only starting; after `timeout`
   * milliseconds (default 5,000) they get SIGTERM, and `grace` milliseconds later (default 1,000) SIGKILL. Rejects, when all is over, with errors of calls that nobody awaited. May be repeated.
   */
  close(options?: CloseOptions): Promise<void> {
    const steps = checkedClose(options);
    return (this.#closing ??= this.#close(steps));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close({ timeout, grace }: Required<CloseOptions>): Promise<void> {
    clearInterval(this.#idleCheck);
    const deadline = performance.now() + timeout;
    let late: ReturnType<typeof timer>;
    await Promise.race([this.drain(), new Promise<void>((resolve) => (late = timer(resolve, timeout)))]);
    clearTimeout(late);
    await this.#workers.end({ timeout: Math.max(0, deadline - performance.now()), grace });
    this.#unheard.raise();
  }

  #relayToWorker(number: () => number): Relay {
    const workers = this.#workers;
    return this.#relayTo({
      steady: true,
      next: () => workers.at(number()),
      peek: () => workers.peekAt(number()),
    });
  }

  #relayTo(route: Pick<Router, 'steady' | 'next' | 'peek'>): Relay {
    const relay: Relay = new Relay(
      {
        ...route,
        refusal: () => (this.#closing === undefined ? undefined : closedError()),
        changed: () => {
          if (relay.open > 0) this.#busy.add(relay);
          else this.#busy.delete(relay);
          this.#changed();
        },
      },
      'root',
      this.#unheard,
    );
    return relay;
  }

  #changed(): void {
    let waiting = 0;
    for (const relay of [...this.#busy]) {
      relay.pump();
      waiting += relay.waiting;
    }
    this.#workers.hold(waiting > 0);
    if (this.#busy.size === 0) for (const tell of this.#drained.splice(0)) tell();
  }
}

/** FNV-1a: short, and spreads short keys well. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
