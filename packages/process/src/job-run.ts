import { lazy } from '@remoteobj/core';
import { linkOf, snapshot } from '@remoteobj/core/internal';
import {
  Except,
  ProtocolError,
  RemoteDiedError,
  RemoteObjectError,
  TimeoutError,
  type ErrorOrigin,
} from '@remoteobj/except';
import { markOrigin } from '@remoteobj/except/internal';
import type * as Runner from './entry/job.js';
import { entryUrl } from './entry-url.js';
import type { Exit } from './exit.js';
import { deathOf, notFoundInTime, tellAsGiven } from './job-errors.js';
import type { JobPlan } from './job-options.js';
import { addPlace } from './job-place.js';
import { within } from './job-within.js';
import { moduleUrl } from './module-url.js';
import { spawn } from './spawn.js';
import type { Spawned } from './spawned.js';
import { spawnThread } from './thread.js';

type Child = Spawned<typeof Runner>;

/** How far the function came. */
type Course = 'not-started' | 'returned' | 'threw' | 'died';

/** Whoever is told of a run: of its steps in order, as far as they come, and at the end of `returned` or `failed`. */
export interface JobListener {
  /** Whether the run is being ended from here. */
  readonly ending: boolean;
  found(): void;
  began(generator: boolean): void;
  yielded(value: unknown): void;
  returned(value: unknown): void;
  /** `origin`: where the error was thrown, if it was over there. */
  failed(error: unknown, origin?: ErrorOrigin): void;
}

/** One run of a job's function: starts its process or thread, and follows the function there. */
export class JobRun {
  child: Child | undefined = undefined;
  /** Whether its function was found. */
  found = false;
  readonly #plan: JobPlan;
  readonly #place: { readonly stack?: string };
  readonly #listener: JobListener;
  readonly #uncaught = new Except();

  /** `place`: where the job was made. */
  constructor(plan: JobPlan, place: { readonly stack?: string }, listener: JobListener) {
    this.#plan = plan;
    this.#place = place;
    this.#listener = listener;
  }

  /** Resolves when nothing is left of it. Never rejects: what goes wrong is told to the listener. */
  async run(): Promise<Exit> {
    const { name, fn, errors, spawn: options } = this.#plan;
    const args = snapshot(this.#plan.args); // they are sent later
    let child: Child;
    let typescript = false;
    try {
      if (fn.url !== undefined) ({ typescript } = moduleUrl(fn.url, 'job', options.execArgv === undefined));
      child = await this.#spawn();
    } catch (error) {
      this.#listener.failed(error instanceof TimeoutError ? notFoundInTime(this.#plan) : error);
      return { code: null, signal: null, reason: 'not-started' };
    }
    if (this.#listener.ending) void child.kill();
    const course = await this.#follow(child, args, typescript);
    if (course === 'not-started') void child.kill('SIGKILL');
    await child.close().catch((error: unknown) => errors.record(name, error));
    const exit = await child.exited;
    if (course === 'not-started' && this.#listener.ending) return { ...exit, reason: 'killed' };
    if (course !== 'died') return { ...exit, reason: course };
    this.#listener.failed(deathOf(name, exit, child.stderrTail, this.#uncaught, this.found));
    if (exit.reason === 'killed') return exit;
    if (!this.found) return { ...exit, reason: 'not-started' };
    const threw = this.#uncaught.size > 0;
    return { ...exit, reason: threw ? 'threw' : exit.reason === 'returned' ? 'exit' : exit.reason };
  }

  async #spawn(): Promise<Child> {
    const { kind, spawn: options } = this.#plan;
    const url = entryUrl('job');
    this.child =
      kind === 'process' ? await spawn<typeof Runner>(url, options) : await spawnThread<typeof Runner>(url, options);
    return this.child;
  }

  /** Runs the function to its end. */
  async #follow({ remote, transport }: Child, args: readonly unknown[], typescript: boolean): Promise<Course> {
    const { name, fn, results, daemon, startTimeout } = this.#plan;
    let course: Course = 'not-started';
    let silent = true;
    let generator = false;
    try {
      if (typescript) await remote.importTypeScript();
      await within(remote.find(fn.owner, fn.member, this.#uncaught), startTimeout, () => {
        throw notFoundInTime(this.#plan);
      });
      this.found = true;
      this.#listener.found();
      course = 'died'; // unless more comes
      for await (const step of lazy(remote.run)({ args, results, outlives: !daemon })) {
        silent = false;
        if (step[0] === 'began') this.#listener.began((generator = step[1]));
        else if (step[0] === 'yield') this.#listener.yielded(step[1]);
        else if (step[0] === 'threw') course = 'threw';
        else {
          course = 'returned';
          this.#listener.returned(step[1]);
        }
      }
      if (course === 'returned') return course;
      silent = false;
      throw new ProtocolError(`${name} stopped telling of its function before that had returned or thrown`);
    } catch (error) {
      if (course === 'returned') return course; // what comes after that is none of the function's
      if (course !== 'threw' && error instanceof RemoteDiedError && linkOf(transport).ended !== undefined) {
        this.#recordEnd(error);
        return 'died';
      }
      if (course === 'died' && silent) {
        course = 'not-started'; // an argument cannot cross, or is a promise that rejected
      } else if (course === 'died') {
        course = 'threw';
        tellAsGiven(error, generator);
      }
      this.#fail(error, course === 'threw');
      return course;
    }
  }

  #fail(error: unknown, ran: boolean): void {
    if (ran) addPlace(error, this.#place);
    const { name, pid = process.pid } = this.child as Child; // a thread is one of this process
    const there = ran || (!this.found && !(error instanceof RemoteObjectError));
    if (there) markOrigin(error, { name, pid });
    this.#listener.failed(error, there ? { name, pid } : undefined);
  }

  /** Why a thread ended, where it could not say so itself: it had no memory left. */
  #recordEnd({ cause: end }: RemoteDiedError): void {
    const thrown = end instanceof RemoteDiedError ? end.cause : undefined;
    if (thrown instanceof Error && this.#uncaught.size === 0) this.#uncaught.record(this.#plan.name, thrown);
  }
}
