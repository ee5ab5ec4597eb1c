import { timer } from '@remoteobj/core/internal';
import { RemoteDiedError, TimeoutError, type ErrorOrigin, type Except } from '@remoteobj/except';
import type { Exit } from './exit.js';
import type { Job } from './job.js';
import type { JobPlan } from './job-options.js';
import { JobRun } from './job-run.js';
import { markHeard, watchUnheard, type UnheardFailure } from './job-unheard.js';
import { within } from './job-within.js';
import { JobYields } from './job-yields.js';
import { RecordOnce } from './record-once.js';

/** One job as its user has it: tells what became of it, and ends it. */
export class JobHandle<R, Y> implements Job<R, Y> {
  readonly exited: Promise<Exit>;
  readonly #plan: JobPlan;
  readonly #run: JobRun;
  readonly #recorder: RecordOnce;
  readonly #yields = new JobYields<Y>();
  readonly #outcome: Promise<R>;
  /** Its function was found, or it has ended without that. */
  readonly #found: Promise<void>;
  /** Whether a generator runs, once that is known. */
  readonly #began: Promise<boolean>;
  #succeed!: (value: R) => void;
  #reject!: (error: unknown) => void;
  #find!: () => void;
  #begin!: (generator: boolean) => void;
  #close!: (exit: Exit) => void;
  #result: Promise<R> | undefined;
  #started = false;
  /** What became of its function was told. */
  #told = false;
  #exit: Exit | undefined;
  #failure: UnheardFailure | undefined;
  #heard: boolean;
  /** We end it; `because` is what its result rejects with instead of its death. */
  #ending: { readonly because: { readonly error: unknown } | undefined } | undefined;
  /** To be thrown into its function, which is not found yet. */
  #early: { readonly error: unknown } | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  /** `place`: where it was made. */
  constructor(plan: JobPlan, place: { readonly stack?: string }) {
    this.#plan = plan;
    this.#heard = plan.heard;
    this.#recorder = new RecordOnce(plan.errors);
    this.#outcome = new Promise((resolve, reject) => ((this.#succeed = resolve), (this.#reject = reject)));
    this.#outcome.catch(() => {}); // `result` gives a promise of its own to whoever asks
    this.#found = new Promise((resolve) => (this.#find = resolve));
    this.#began = new Promise((resolve) => (this.#begin = resolve));
    this.exited = new Promise((resolve) => (this.#close = resolve));
    const isEnding = (): boolean => this.#ending !== undefined;
    this.#run = new JobRun(plan, place, {
      get ending() {
        return isEnding();
      },
      found: () => {
        this.#early = undefined;
        this.#find();
      },
      began: this.#begin,
      yielded: (value) => this.#yields.push(value as Y),
      returned: (value) => this.#return(value as R),
      failed: (error, origin) => this.#fail(error, origin),
    });
    if (plan.start) this.start();
  }

  get name(): string {
    return this.#plan.name;
  }

  get pid(): number | undefined {
    return this.#run.child?.pid;
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
    const { timeout = Infinity, raises = this.#plan.raises } = options;
    if (!(timeout >= 0))
      throw new RangeError(`join: timeout must be a number of milliseconds from 0, not ${String(timeout)}`);
    this.#hear();
    if (!this.#started && this.#exit === undefined)
      throw new Error(`${this.name} was not started: call start() before join()`);
    const exit = await within(this.exited, timeout, () => this.#goesOn(timeout));
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
    if (!this.#run.found) this.#early ??= { error };
    if (this.#started && (await this.#isGenerator()) && this.#run.child?.alive === true) {
      await this.#run.child.remote.throwInto(error);
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
      this.#late = timer(() => void this.#end({ error: tooLong }), timeout);
    }
    const exit = await this.#run.run();
    this.#find();
    this.#begin(false);
    this.#exit = exit;
    this.#close(exit);
    // Its own error is none of the job's: it becomes an unhandled rejection.
    onClose?.(this);
  }

  #return(value: R): void {
    this.#tell();
    this.#yields.end();
    this.#succeed(value);
  }

  #fail(thrown: unknown, from?: ErrorOrigin): void {
    this.#tell();
    const because = this.#ending?.because ?? this.#early;
    const { error, origin } =
      because === undefined ? { error: thrown, origin: from } : { ...because, origin: undefined };
    const failure = { job: this.name, error };
    this.#failure = failure;
    this.#recorder.record(this.name, error, { origin });
    if (!this.#heard) watchUnheard(this, failure);
    this.#yields.end(failure);
    this.#reject(error);
  }

  /** From here on it is no more too late for it, and its process or thread ends by itself. */
  #tell(): void {
    this.#told = true;
    clearTimeout(this.#late);
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
      this.#fail(new RemoteDiedError(`${this.name} was ended before it was started`, { executed: 'no' }));
      this.#close(this.#exit);
      return this.#exit;
    }
    const harder = setTimeout(() => void this.#run.child?.kill('SIGKILL'), 1000);
    if (!this.#told) void this.#run.child?.kill(); // one that starts is ended as soon as it is there
    const exit = await this.exited;
    clearTimeout(harder);
    return exit;
  }

  /** A function that blocks says nothing of itself: then, after a second, it is taken for no generator. */
  async #isGenerator(): Promise<boolean> {
    await this.#found; // importing its module may take longer
    return within(this.#began, 1000, () => false);
  }

  #goesOn(timeout: number): never {
    throw new TimeoutError(`${this.name} did not end within ${timeout} ms; it goes on`, { executed: 'unknown' });
  }
}
