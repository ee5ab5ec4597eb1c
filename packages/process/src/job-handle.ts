import { lazy, withOptions } from '@remoteobj/core';
import { Except, RemoteDiedError, RemoteObjectError, TimeoutError } from '@remoteobj/except';
import type * as Runner from './entry/job.js';
import { entryUrl } from './entry-url.js';
import { describeExit, type Exit } from './exit.js';
import type { Job } from './job.js';
import type { JobPlan } from './job-options.js';
import { markHeard, watchUnheard, type UnheardFailure } from './job-unheard.js';
import { addPlace } from './job-place.js';
import { JobYields } from './job-yields.js';
import { moduleUrl } from './module-url.js';
import { spawn } from './spawn.js';
import type { Spawned } from './spawned.js';
import { spawnThread } from './thread.js';

type Child = Spawned<typeof Runner>;

/** How far the function came. */
type Course = 'not-started' | 'returned' | 'threw' | 'died';

/** One job: starts its process or thread, follows the function there, and tells what became of it. */
export class JobHandle<R, Y> implements Job<R, Y> {
  readonly exited: Promise<Exit>;
  readonly #plan: JobPlan;
  readonly #place: { readonly stack?: string };
  readonly #yields = new JobYields<Y>();
  readonly #outcome: Promise<R>;
  readonly #uncaught = new Except();
  /** Whether a generator runs, once that is known. */
  readonly #began: Promise<boolean>;
  #succeed!: (value: R) => void;
  #reject!: (error: unknown) => void;
  #begin!: (generator: boolean) => void;
  #close!: (exit: Exit) => void;
  #result: Promise<R> | undefined;
  #started = false;
  #exit: Exit | undefined;
  #child: Child | undefined;
  #failure: UnheardFailure | undefined;
  #heard: boolean;
  /** We end it; `because` is what its result rejects with instead of its death. */
  #ending: { readonly because: { readonly error: unknown } | undefined } | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  /** `place`: where it was made. */
  constructor(plan: JobPlan, place: { readonly stack?: string }) {
    this.#plan = plan;
    this.#place = place;
    this.#heard = plan.heard;
    this.#outcome = new Promise((resolve, reject) => ((this.#succeed = resolve), (this.#reject = reject)));
    this.#outcome.catch(() => {}); // `result` gives a promise of its own to whoever asks
    this.#began = new Promise((resolve) => (this.#begin = resolve));
    this.exited = new Promise((resolve) => (this.#close = resolve));
    if (plan.start) this.start();
  }

  get name(): string {
    return this.#plan.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get alive(): boolean {
    return this.#started && this.#exit === undefined;
  }

  get result(): Promise<R> {
    this.#hear();
    return (this.#result ??= this.#outcome.then((value) => value));
  }

  get errors(): Except {
    this.#hear();
    return this.#plan.errors;
  }

  start(): void {
    if (this.#started || this.#exit !== undefined) return;
    this.#started = true;
    void this.#live();
  }

  async join(options: { readonly timeout?: number; readonly raises?: boolean } = {}): Promise<Exit> {
    const { timeout, raises = this.#plan.raises } = options;
    this.#hear();
    if (!this.#started && this.#exit === undefined)
      throw new Error(`${this.name} was not started: call start() before join()`);
    const exit = await this.#within(timeout);
    if (raises) this.raiseAny();
    return exit;
  }

  raiseAny(): void {
    this.#hear();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async terminate(): Promise<Exit> {
    this.#hear();
    return this.#end(undefined);
  }

  async throw(error: unknown): Promise<void> {
    if (this.#exit !== undefined) return;
    if (this.#started && (await this.#isGenerator()) && this.#child?.alive === true) {
      await this.#child.remote.throwInto(error);
    } else {
      await this.#end({ error });
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<Y, void, undefined> {
    this.#hear();
    return this.#yields.read();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#started) await this.join();
    else await this.terminate();
  }

  async #live(): Promise<void> {
    const { timeout, onClose } = this.#plan;
    if (timeout !== undefined) {
      const tooLong = new TimeoutError(`${this.name} took longer than ${timeout} ms and was ended`);
      this.#late = setTimeout(() => void this.#end({ error: tooLong }), timeout);
    }
    const exit = await this.#run();
    clearTimeout(this.#late);
    this.#begin(false);
    this.#exit = exit;
    this.#close(exit);
    // Its own error is none of the job's: it becomes an unhandled rejection.
    onClose?.(this);
  }

  /** Never rejects: what goes wrong is the job's failure. */
  async #run(): Promise<Exit> {
    const { fn, spawn: options } = this.#plan;
    let child: Child;
    let typescript = false;
    try {
      if (fn.url !== undefined) ({ typescript } = moduleUrl(fn.url, 'job', options.execArgv === undefined));
      child = await this.#spawn();
    } catch (error) {
      this.#fail(this.#ending?.because ?? { error });
      return { code: null, signal: null, reason: 'not-started' };
    }
    if (this.#ending !== undefined) void child.kill();
    const course = await this.#follow(child, typescript);
    if (course === 'not-started') void child.kill('SIGKILL');
    await child.close().catch((error: unknown) => this.#plan.errors.record(this.name, error));
    const exit = await child.exited;
    const uncaught = this.#uncaught.size > 0;
    if (course === 'died') this.#fail(this.#ending?.because ?? { error: this.#death(exit, child.stderrTail) });
    if (course !== 'died') return { ...exit, reason: this.#ending === undefined ? course : 'killed' };
    if (exit.reason === 'killed') return exit;
    return { ...exit, reason: uncaught ? 'threw' : exit.reason === 'returned' ? 'exit' : exit.reason };
  }

  async #spawn(): Promise<Child> {
    const { kind, spawn: options } = this.#plan;
    const url = entryUrl('job');
    this.#child =
      kind === 'process' ? await spawn<typeof Runner>(url, options) : await spawnThread<typeof Runner>(url, options);
    return this.#child;
  }

  /** Runs the function to its end. */
  async #follow({ remote }: Child, typescript: boolean): Promise<Course> {
    const { fn, args, results, daemon, startTimeout } = this.#plan;
    let course: Course = 'not-started';
    let silent = true;
    try {
      if (typescript) await remote.importTypeScript();
      await withOptions(remote.find, { timeout: startTimeout })(fn.owner, fn.member, this.#uncaught);
      course = 'died'; // unless more comes
      for await (const step of lazy(remote.run)({ args, results, outlives: !daemon })) {
        silent = false;
        if (step[0] === 'began') this.#begin(step[1]);
        else if (step[0] === 'yield') this.#yields.push(step[1] as Y);
        else if (step[0] === 'threw') course = 'threw';
        else this.#return(step[1] as R);
      }
      return 'returned';
    } catch (error) {
      if (silent && error instanceof RemoteObjectError && error.executed === 'no') course = 'not-started';
      else if (course === 'died' && !(error instanceof RemoteDiedError)) course = 'threw';
      if (course === 'threw') addPlace(error, this.#place);
      if (course !== 'died') this.#fail(this.#ending?.because ?? { error });
      else this.#recordEnd(error as RemoteDiedError);
      return course;
    }
  }

  /** Why a thread ended, where it could not say so itself: it had no memory left. */
  #recordEnd({ cause: end }: RemoteDiedError): void {
    const thrown = end instanceof RemoteDiedError ? end.cause : undefined;
    if (thrown instanceof Error && this.#uncaught.size === 0) this.#uncaught.record(this.name, thrown);
  }

  #return(value: R): void {
    this.#yields.end();
    this.#succeed(value);
  }

  #fail({ error }: { readonly error: unknown }): void {
    const failure = { job: this.name, error };
    this.#failure = failure;
    this.#plan.errors.record(this.name, error);
    if (!this.#heard) watchUnheard(this, failure);
    this.#yields.end(failure);
    this.#reject(error);
  }

  #hear(): void {
    this.#heard = true;
    if (this.#failure !== undefined) markHeard(this.#failure);
  }

  /** `because`: what its result rejects with, instead of with its death. */
  async #end(because: { readonly error: unknown } | undefined): Promise<Exit> {
    if (this.#exit !== undefined) return this.#exit;
    this.#ending ??= { because };
    if (!this.#started) {
      this.#exit = { code: null, signal: null, reason: 'not-started' };
      const unstarted = new RemoteDiedError(`${this.name} was ended before it was started`, { executed: 'no' });
      this.#fail(because ?? { error: unstarted });
      this.#close(this.#exit);
      return this.#exit;
    }
    const harder = setTimeout(() => void this.#child?.kill('SIGKILL'), 1000);
    void this.#child?.kill(); // one that starts is ended as soon as it is there
    const exit = await this.exited;
    clearTimeout(harder);
    return exit;
  }

  /** A function that blocks says nothing of itself: then, after a second, it is taken for no generator. */
  async #isGenerator(): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silent = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), 1000)));
    const generator = await Promise.race([this.#began, silent]);
    clearTimeout(timer);
    return generator;
  }

  async #within(timeout: number | undefined): Promise<Exit> {
    if (timeout === undefined) return this.exited;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      const error = new TimeoutError(`${this.name} did not end within ${timeout} ms; it goes on`, {
        executed: 'unknown',
      });
      timer = setTimeout(() => reject(error), timeout);
    });
    try {
      return await Promise.race([this.exited, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #death(exit: Exit, stderrTail: string): RemoteDiedError {
    const { code: exitCode, signal } = exit;
    const last = stderrTail.trim();
    const { first } = this.#uncaught;
    const why = first instanceof Error && !last.includes(first.message) ? `: ${first.message}` : '';
    const text = `${this.name} ended before it returned: ${describeExit(exit)}${why}${last === '' ? '' : `\n${last}`}`;
    const cause = this.#uncaught.size > 0 ? { cause: first } : {};
    return new RemoteDiedError(text, { exitCode, signal, stderrTail, executed: 'unknown', ...cause });
  }
}
