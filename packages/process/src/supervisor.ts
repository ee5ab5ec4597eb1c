import { RemoteDiedError, StaleReferenceError, SupervisorGaveUp } from '@remoteobj/except';
import { linkOf, longestDelay, View, type Link } from '@remoteobj/core/internal';
import type { Exit } from './exit.js';
import type { RestartBudget } from './restart-budget.js';
import type { RestartPlan } from './restart-options.js';
import type { Spawned } from './spawned.js';

/** What a supervisor is told to do. */
export interface Supervision<M> {
  /** Starts one life; ends that start when it is not wanted any more. */
  start(unwanted: AbortSignal): Promise<Spawned<M>>;
  readonly budget: RestartBudget;
  readonly plan: RestartPlan;
  /** Whether it gives up when the very first start fails; the fault is then in the module. */
  readonly firstMustStart: boolean;
  /** Its state has changed. */
  changed(): void;
  /** A new life can be used from now on, but nothing has been sent to it yet. */
  born?(start: View): Promise<void>;
}

/** Keeps one process or thread alive: starts it anew when it dies, after a pause, as long as the budget allows. */
export class Supervisor<M> {
  readonly name: string;
  /** `over`: closed, or given up; `failure` says why. */
  state: 'starting' | 'ready' | 'pausing' | 'over' = 'starting';
  /** Why nothing can be sent to it any more. */
  failure: Error | undefined = undefined;
  /** The life that was started last. */
  spawned: Spawned<M> | undefined = undefined;
  /** Resolves when nothing is left of it and nothing will be started. */
  readonly ended: Promise<void>;
  readonly #supervision: Supervision<M>;
  #start: View | undefined;
  #link: Link | undefined;
  #lives = 0;
  /** Deaths in a row, of lives shorter than the longest pause. */
  #deaths = 0;
  #pause: NodeJS.Timeout | undefined;
  #goOn: () => void = () => {};
  readonly #unwanted = new AbortController();
  #closing: ((spawned: Spawned<M>) => Promise<unknown>) | undefined;
  /** Signals that were sent to this life, and that it may outlive. */
  readonly #sent = new Set<string>();
  #holds = false;

  constructor(name: string, supervision: Supervision<M>) {
    this.name = name;
    this.#supervision = supervision;
    this.ended = this.#live();
  }

  /** The root of the life that can be used now. */
  get start(): View | undefined {
    return this.state === 'ready' && this.#link?.ended === undefined ? this.#start : undefined;
  }

  get link(): Link | undefined {
    return this.start === undefined ? undefined : this.#link;
  }

  /** Whether somebody waits for the next life, and the event loop must stay alive for it. */
  hold(on: boolean): void {
    this.#holds = on;
    if (on) this.#pause?.ref();
    else this.#pause?.unref();
  }

  /** No life follows; the one there is ends as `how` does it. Resolves when it has. */
  async end(how: (spawned: Spawned<M>) => Promise<unknown>, failure: Error): Promise<void> {
    this.#closing = how;
    this.#over(failure);
    clearTimeout(this.#pause);
    this.#goOn();
    this.#unwanted.abort();
    if (this.spawned?.alive === true) await how(this.spawned);
    await this.ended;
  }

  /**
   * Sends a signal to the process there is, and no life follows if that ends by it; resolves when it has ended. Undefined: there is no
   * process, which could outlive it.
   */
  send(signal: NodeJS.Signals): Promise<Exit> | undefined {
    const { spawned } = this;
    if (spawned?.alive !== true || spawned.pid === undefined) return undefined;
    this.#sent.add(signal);
    return spawned.kill(signal);
  }

  async #live(): Promise<void> {
    for (;;) {
      let error: unknown;
      try {
        await this.#life();
      } catch (thrown) {
        error = thrown; // it could not be started
      }
      if (this.state === 'over') return;
      const never = this.#supervision.firstMustStart && this.#lives === 0;
      if (never || !this.#supervision.budget.spend()) return this.#giveUp(error, never);
      this.#to('pausing');
      await this.#rest();
      if (this.#closing !== undefined) return;
      this.#to('starting');
    }
  }

  /** From its start to its end. Rejects when it cannot be started. */
  async #life(): Promise<void> {
    const spawned = await this.#supervision.start(this.#unwanted.signal);
    this.spawned = spawned;
    this.#sent.clear();
    this.#lives++;
    const began = performance.now();
    const link = linkOf(spawned.transport);
    this.#link = link;
    this.#start = new View(link.root);
    const lost = ended(link, () => this.#lost(link));
    if (this.#closing !== undefined) {
      await this.#closing(spawned);
    } else {
      await Promise.race([lost, this.#supervision.born?.(this.#start)]);
      if (link.ended === undefined) this.#to('ready');
      await lost;
      // Of a process that lives on without its channel nothing can be had any more.
      if (this.#closing === undefined && !(causeOf(link) instanceof RemoteDiedError)) await spawned.kill('SIGKILL');
    }
    const { signal } = await spawned.exited;
    if (signal !== null && this.#sent.has(signal)) this.#over(new Error(`${this.name} was killed`));
    if (performance.now() - began > this.#supervision.plan.maxDelay) this.#deaths = 0;
  }

  /** What is still held of a life that has ended is stale, from the turn on in which it ends. */
  #lost(link: Link): void {
    if (this.#closing === undefined) {
      const cause = link.ended?.reason;
      link.ended = { reason: new StaleReferenceError(`its process (${this.name}) has died; get a new one`, { cause }) };
    }
    this.#supervision.changed();
  }

  async #rest(): Promise<void> {
    const { delay, maxDelay } = this.#supervision.plan;
    const doublings = Math.min(this.#deaths++, 31); // without end, a delay of 0 would become NaN
    const pause = Math.min(longestDelay, maxDelay, delay * 2 ** doublings);
    await new Promise<void>((resolve) => {
      this.#goOn = resolve;
      this.#pause = setTimeout(resolve, pause);
      if (!this.#holds) this.#pause.unref();
    });
    this.#pause = undefined;
  }

  #giveUp(error: unknown, never: boolean): void {
    const cause = error ?? (this.#link && causeOf(this.#link));
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    const what = never
      ? `${this.name} could not be started`
      : `${this.name} has died too often (${this.#supervision.budget} may follow) and is not started any more`;
    this.#over(new SupervisorGaveUp(`${what}${why}`, { executed: 'no', cause }));
  }

  #over(failure: Error): void {
    if (this.failure !== undefined) return;
    this.failure = failure;
    this.#to('over');
  }

  #to(state: Supervisor<M>['state']): void {
    if (this.state === 'over') return;
    this.state = state;
    this.#supervision.changed();
  }
}

/** Resolves when the link has ended; calls back in the very turn. */
function ended(link: Link, then: () => void): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (link.ended === undefined) return;
      link.watchers.delete(look);
      then();
      resolve();
    };
    link.watchers.add(look);
    look();
  });
}

/** Why a link ended, below what those are told who hold something of it. */
function causeOf({ ended }: Link): unknown {
  const reason = ended?.reason;
  return reason instanceof StaleReferenceError ? reason.cause : reason;
}
