import { ConnectionClosedError, SupervisorGaveUp } from '@remoteobj/except';
import type { Remote, Transport } from '@remoteobj/core';
import { longestDelay, remoteOfRoot, Unheard, type View } from '@remoteobj/core/internal';
import { checkedClose, type CloseOptions } from './closing.js';
import type { Exit } from './exit.js';
import { Rebuilding } from './rebuilding.js';
import { Relay } from './relay.js';
import { RestartBudget } from './restart-budget.js';
import type { RestartPlan } from './restart-options.js';
import { checkSignal } from './signal.js';
import { fatal, type Spawned } from './spawned.js';
import { Supervisor, type Supervision } from './supervisor.js';

/** A process or thread that is started anew when it dies, behind one remote. */
export class Supervised<M> implements Spawned<M> {
  readonly remote: Remote<M>;
  readonly #supervisor: Supervisor<M>;
  readonly #relay: Relay;
  readonly #rebuilding: Rebuilding | undefined;
  #settled: () => void = () => {};
  /** Resolves once the first life is there, or there will be none. */
  readonly #first: Promise<void> = new Promise((resolve) => (this.#settled = resolve));
  #closing: Promise<void> | undefined;
  readonly #ended: Promise<Exit>;
  /** Keeps this process alive until it has ended for good. */
  #hold: NodeJS.Timeout | undefined;
  #over = false;

  constructor(name: string, plan: RestartPlan, start: Supervision<M>['start']) {
    const next = (): View | undefined => this.#next();
    const changed = (): void => this.#changed();
    const unheard = new Unheard();
    const rebuilding = plan.rebuild ? new Rebuilding({ next, changed }, unheard) : undefined;
    this.#rebuilding = rebuilding;
    const router = {
      steady: true,
      next,
      peek: () => this.#supervisor.start,
      changed,
      ...(rebuilding && { records: true, arrived: (view: View, value: unknown) => rebuilding.arrived(view, value) }),
    };
    this.#relay = new Relay(router, 'root', unheard);
    // Typed by what the user says the module exports.
    this.remote = remoteOfRoot(this.#relay.root) as unknown as Remote<M>;
    this.#supervisor = new Supervisor(name, {
      start,
      budget: new RestartBudget(plan),
      plan,
      firstMustStart: true,
      changed,
      born: async (root) => rebuilding?.rebuild(root),
    });
    this.#ended = this.#untilEnded();
  }

  get name(): string {
    return this.#supervisor.name;
  }

  get pid(): number | undefined {
    return this.#supervisor.spawned?.pid;
  }

  get threadId(): number | undefined {
    return this.#supervisor.spawned?.threadId;
  }

  get transport(): Transport {
    return this.#life.transport;
  }

  get stderrTail(): string {
    return this.#life.stderrTail;
  }

  get alive(): boolean {
    return this.#supervisor.state !== 'over';
  }

  get exited(): Promise<Exit> {
    if (!this.#over) this.#hold ??= setInterval(() => {}, longestDelay);
    return this.#ended;
  }

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    checkSignal(this.name, signal); // before it counts as killed
    const { exited } = this;
    const ended = fatal.includes(signal) ? undefined : this.#supervisor.send(signal);
    await (ended ?? this.#end((life) => life.kill(signal), 'was killed'));
    return exited;
  }

  close(options?: CloseOptions): Promise<void> {
    const steps = checkedClose(options);
    return (this.#closing ??= this.#close(steps));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Resolves when its first life is ready; rejects with why there is none. */
  async ready(): Promise<this> {
    await this.#first;
    const { failure, spawned } = this.#supervisor;
    if (spawned === undefined && failure !== undefined) throw failure.cause ?? failure;
    return this;
  }

  get #life(): Spawned<M> {
    return this.#supervisor.spawned as Spawned<M>; // whoever has one of this class has awaited `ready`
  }

  #next(): View | undefined {
    const { failure, start } = this.#supervisor;
    if (failure instanceof SupervisorGaveUp) throw new SupervisorGaveUp(failure.message, { cause: failure.cause });
    if (failure !== undefined) throw new ConnectionClosedError(failure.message, { executed: 'no' });
    return start;
  }

  #changed(): void {
    if (this.#supervisor.state === 'ready' || this.#supervisor.state === 'over') this.#settled();
    this.#relay.pump();
    this.#rebuilding?.pump();
    this.#supervisor.hold(this.#relay.waiting > 0 || this.#rebuilding?.waits === true);
  }

  async #close(steps: CloseOptions): Promise<void> {
    await this.#end((life) => life.close(steps), 'was closed');
    this.#relay.unheard.raise();
  }

  async #untilEnded(): Promise<Exit> {
    await this.#supervisor.ended;
    this.#over = true;
    clearInterval(this.#hold);
    return this.#supervisor.spawned?.exited ?? notStarted;
  }

  #end(how: (life: Spawned<M>) => Promise<unknown>, what: string): Promise<void> {
    return this.#supervisor.end(how, new Error(`${this.name} ${what}`));
  }
}

const notStarted: Exit = { code: null, signal: null, reason: 'not-started' };
