import { ConnectionClosedError, SupervisorGaveUp, type ErrorOrigin } from '@remoteobj/except';
import { linkOf, type Link, type View } from '@remoteobj/core/internal';
import type { CloseOptions } from './closing.js';
import { nameFor } from './names.js';
import type { PoolPlan } from './pool-options.js';
import { RestartBudget } from './restart-budget.js';
import { spawnOnce } from './spawn.js';
import type { Spawned } from './spawned.js';
import { Supervisor } from './supervisor.js';
import { spawnThreadOnce } from './thread.js';

/** The workers of a pool: starts them as they are needed, and says who takes the next call. */
export class PoolWorkers<M> {
  readonly #module: string;
  readonly #plan: PoolPlan;
  readonly #budget: RestartBudget;
  readonly #changed: () => void;
  /** By number; empty where none is needed yet. */
  #places: (Supervisor<M> | undefined)[];
  /** Those that end, and take no more calls. */
  readonly #leaving = new Set<Supervisor<M>>();
  /** What workers will have to do when the calls of this tick have been sent, which their connections do not count yet. */
  readonly #soon = new Map<Supervisor<M>, number>();
  /** Who is at the other end of each connection. */
  readonly #origins = new WeakMap<object, ErrorOrigin>();
  #started = false;
  #closed = false;
  /** Deaths that were followed by a new life. */
  #lives = 0;

  constructor(module: string, plan: PoolPlan, changed: () => void) {
    this.#module = module;
    this.#plan = plan;
    this.#budget = new RestartBudget(plan.restart);
    this.#changed = changed;
    this.#places = Array.from({ length: plan.size });
  }

  get size(): number {
    return this.#places.length;
  }

  /** Those that are there, whatever they do, without those that were given up. */
  get all(): Supervisor<M>[] {
    return this.#places.filter((worker) => worker !== undefined && worker.state !== 'over') as Supervisor<M>[];
  }

  /** Lives that were started; more than workers where some have died. */
  get lives(): number {
    return this.#lives;
  }

  /**
   * Where the next of `waiting` calls goes: to a worker that is idle; else a further one is started, and each takes its share. Undefined:
   * it waits for that. Throws when there will be no worker any more.
   */
  next(waiting: number): View | undefined {
    const ready = this.#ready;
    const loads = ready.map((worker) => this.loadOf(worker));
    const least = Math.min(...loads);
    const worker = ready[loads.indexOf(least)];
    if (worker !== undefined && least === 0) return this.#give(worker);
    let coming = this.#count('starting');
    if (waiting > coming && this.#startOne()) coming++;
    if (worker === undefined) {
      if (this.all.length === 0) throw this.#gaveUp();
      return undefined;
    }
    const share = (waiting + loads.reduce((sum, load) => sum + load, 0)) / (ready.length + coming);
    return coming === 0 || least < Math.ceil(share) ? this.#give(worker) : undefined;
  }

  /** Where a call could go now: to the least busy of those that are ready. */
  peek(): View | undefined {
    const ready = this.#ready;
    const loads = ready.map((worker) => this.loadOf(worker));
    return ready[loads.indexOf(Math.min(...loads))]?.start;
  }

  /** Where a call goes that is for one worker only; it is started if it is not there. Throws when it was given up, or taken away by `resize`. */
  at(number: number): View | undefined {
    if (number >= this.size) throw shrunkError(this.size);
    const worker = (this.#places[number] ??= this.#start());
    if (worker.state === 'over') throw this.#gaveUp(worker.failure);
    return worker.start && this.#give(worker);
  }

  /** Where such a call could go now. */
  peekAt(number: number): View | undefined {
    return this.#places[number]?.start;
  }

  /** The worker that a chain on a connection goes to. */
  originOf({ root }: View): ErrorOrigin | undefined {
    return root.recorder && this.#origins.get(root.recorder);
  }

  /** Numbers of those that were not given up. */
  numbers(): number[] {
    const numbers = [...this.#places.keys()].filter((number) => this.#places[number]?.state !== 'over');
    if (numbers.length === 0) throw this.#gaveUp();
    return numbers;
  }

  /** Calls of ours that a worker has not answered. */
  loadOf(worker: Supervisor<M>): number {
    const { link } = worker;
    if (link === undefined) return 0;
    return Math.max(link.caller.pending.size + link.streams.waiting, this.#soon.get(worker) ?? 0);
  }

  /** More places, or fewer: those beyond the size finish what they do and end. */
  async resize(size: number): Promise<void> {
    const leaving = this.#places.slice(size).filter((worker) => worker !== undefined);
    this.#places = Array.from({ length: size }, (_, number) => this.#places[number]);
    await this.#dismiss(leaving, unhurried);
  }

  /** Ends those that have done nothing since the time, and of which nobody here holds anything. */
  endIdle(since: number, busyAt: WeakMap<Supervisor<M>, number>): void {
    for (const [number, worker] of this.#places.entries()) {
      if (worker?.link === undefined) continue;
      const busy = this.loadOf(worker) > 0 || isHeld(worker.link);
      if (busy || !busyAt.has(worker)) busyAt.set(worker, performance.now());
      else if ((busyAt.get(worker) as number) <= since) {
        this.#places[number] = undefined;
        void this.#dismiss([worker], unhurried);
      }
    }
  }

  /** Ends all of them, those that start at once. Rejects with errors of operations that nobody awaited. */
  async end(options: CloseOptions): Promise<void> {
    this.#closed = true;
    await this.#dismiss([...this.#places.filter((worker) => worker !== undefined), ...this.#leaving], options);
  }

  /** Whether calls wait for a worker that pauses before its next life. */
  hold(on: boolean): void {
    for (const worker of this.all) worker.hold(on);
  }

  get #ready(): Supervisor<M>[] {
    return this.all.filter(({ start }) => start !== undefined);
  }

  #count(state: Supervisor<M>['state']): number {
    return this.all.filter((worker) => worker.state === state).length;
  }

  #give(worker: Supervisor<M>): View | undefined {
    if (this.#soon.size === 0) queueMicrotask(() => queueMicrotask(() => this.#soon.clear()));
    this.#soon.set(worker, this.loadOf(worker) + 1);
    return worker.start;
  }

  #startOne(): boolean {
    const number = this.#places.findIndex((worker) => worker === undefined);
    if (number === -1 || this.#broken !== undefined) return false;
    this.#places[number] = this.#start();
    return true;
  }

  #start(): Supervisor<M> {
    const { threaded, restart, spawning } = this.#plan;
    const name = nameFor(this.#module, threaded ? 'thread' : 'process');
    const options = { ...spawning, name };
    const hasStarted = (): boolean => this.#started;
    return new Supervisor<M>(name, {
      start: (unwanted) => this.#begin((threaded ? spawnThreadOnce<M> : spawnOnce<M>)(this.#module, options, unwanted)),
      budget: this.#budget,
      plan: restart,
      get firstMustStart() {
        return !hasStarted();
      },
      changed: () => this.#changed(),
    });
  }

  async #begin(starting: Promise<Spawned<M>>): Promise<Spawned<M>> {
    const spawned = await starting;
    this.#started = true;
    this.#lives++;
    const { name, pid = process.pid } = spawned; // a thread is in this very process
    this.#origins.set(linkOf(spawned.transport), { name, pid });
    return spawned;
  }

  /** Why no worker could ever be started: the fault is then in the module. */
  get #broken(): Error | undefined {
    return this.#started ? undefined : this.#places.find((worker) => worker?.failure !== undefined)?.failure;
  }

  #gaveUp(failure = this.#broken ?? this.#places.find((worker) => worker?.failure !== undefined)?.failure): Error {
    if (this.#closed) return closedError();
    return new SupervisorGaveUp(failure?.message ?? 'the pool has no workers', { cause: failure?.cause });
  }

  async #dismiss(workers: readonly Supervisor<M>[], options: CloseOptions): Promise<void> {
    const ended = workers.map(async (worker) => {
      this.#leaving.add(worker);
      try {
        await worker.end((life) => life.close(options), new Error(`${worker.name} was closed`));
      } finally {
        this.#leaving.delete(worker);
      }
    });
    const failures = (await Promise.allSettled(ended)).filter((outcome) => outcome.status === 'rejected');
    if (failures.length > 0) throw failures[0]?.reason;
  }
}

/** What calls hear that come after `close`, or that could not be sent before it was over. */
export function closedError(): Error {
  return new ConnectionClosedError('the pool was closed: it takes no more calls', { executed: 'no' });
}

/** Its worker is one of those that were too many, and it was not sent there before. */
function shrunkError(size: number): Error {
  return new ConnectionClosedError(`this worker of the pool was taken away by resize(${size}) before it was ready`, {
    executed: 'no',
  });
}

/** What they do is finished, however long it takes. */
const unhurried: CloseOptions = { timeout: Number.POSITIVE_INFINITY };

function isHeld({ references, server, streams }: Link): boolean {
  return references.importedCount > 0 || server.runningCount > 0 || streams.count > 0;
}
