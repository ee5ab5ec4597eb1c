import { ConnectionClosedError } from '@remoteobj/except';
import type { Remote, RemoteView } from '@remoteobj/core';
import { inline, type AnyView } from '@remoteobj/core';
import { Op, remoteOf, remoteOfRoot, Unheard, View, viewOfRemote } from '@remoteobj/core/internal';
import { checkedClose, type CloseOptions } from './closing.js';
import { moduleUrl } from './module-url.js';
import type { MapOptions } from './map-options.js';
import { Mapping, type Mapper } from './pool-map.js';
import { checkedPool, checkSize, type PoolOptions } from './pool-options.js';
import { PoolWorkers } from './pool-workers.js';
import { Relay } from './relay.js';
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
    this.#relay = this.#relayTo((waiting) => this.#workers.next(waiting), false);
    // Typed by what the user says the module exports.
    this.remote = remoteOfRoot(this.#relay.root) as unknown as Remote<M>;
    if (idleTimeout !== undefined) {
      const look = (): void => this.#workers.endIdle(performance.now() - idleTimeout, this.#busyAt);
      this.#idleCheck = setInterval(look, Math.max(1, idleTimeout / 4)).unref();
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
    return new Mapping<Awaited<R>>(this.#caller(fn), items, options, 2 * this.size);
  }

  /**
   * Makes the same call on every worker, all of which are started; gives one result for each. `call` is not sent yet:
   * `lazy(pool.remote.load)(file)`, or a call of something named by `remoteModule`.
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
    return Promise.all(
      this.#workers.numbers().map((number) => {
        const relay = this.#relayTo(() => this.#workers.at(number), true);
        return relay.evaluate(onRelay(relay, view));
      }),
    );
  }

  /** What the module exports on one worker: the same for the same key, as long as the pool has the same size. */
  pin(key: string | number): Remote<M> {
    if (typeof key !== 'string' && typeof key !== 'number')
      throw new TypeError(`pool.pin(key): key must be a string or a number, not ${key === null ? 'null' : typeof key}`);
    const hash = hashOf(String(key));
    const relay = this.#relayTo(() => this.#workers.at(hash % this.size), true);
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
    let late: NodeJS.Timeout | undefined;
    await Promise.race([this.drain(), new Promise<void>((resolve) => (late = setTimeout(resolve, timeout)))]);
    clearTimeout(late);
    await this.#workers.end({ timeout: Math.max(0, deadline - performance.now()), grace });
    this.#unheard.raise();
  }

  #relayTo(next: (waiting: number) => View | undefined, steady: boolean): Relay {
    const relay: Relay = new Relay(
      {
        steady,
        next,
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

  /** A call of `map` as it is sent, by where its function is. */
  #caller<T>(fn: Mapper<T, unknown>): (item: T, index: number, signal: AbortSignal) => unknown {
    const view = viewOfRemote(fn);
    const mine = view?.root === this.#relay.root;
    if (!mine && typeof fn === 'function' && view?.root.kind !== 'module') return (item, index) => fn(item, index);
    if (typeof fn !== 'function' && (typeof fn !== 'object' || fn === null))
      throw new TypeError(`pool.map(fn, items): fn must be a function, not ${fn === null ? 'null' : typeof fn}`);
    const root = new View(this.#relay.root);
    return (item, index, signal) => {
      const call = mine
        ? (view as View).extend(Op.call, '', [item, index])
        : root.extend(Op.pass, '', [applied, fn, item, index]);
      return this.#relay.evaluate(call.withOptions({ signal }));
    };
  }
}

/** A call that is not sent yet, as it is sent by another relay. */
function onRelay(relay: Relay, view: View): View {
  const root = new View(relay.root);
  if (view.root.kind === 'module')
    return root.extend(Op.pass, '', [applied, remoteOf(view.parent as View), ...(view.args ?? [])]);
  return view
    .steps()
    .reduce((chain, { op, key, args, options }) => new View(relay.root, chain, op, key, args, options), root);
}

/** Sent along, for what is named or sent as source: the object of a pass is the module, which such functions do not take. */
const applied = inline((_module: AnyView, fn: (...args: AnyView[]) => unknown, ...args: AnyView[]) => fn(...args));

function closedError(): Error {
  return new ConnectionClosedError('the pool was closed: it takes no more calls', { executed: 'no' });
}

/** FNV-1a: short, and spreads short keys well. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
