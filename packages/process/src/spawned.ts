import { connect, connectionOf, waitUntilListening, type Transport } from '@remoteobj/core';
import { linkOf, longestDelay } from '@remoteobj/core/internal';
import type { Remote } from '@remoteobj/core';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { checkedClose, closeInSteps, type CloseOptions } from './closing.js';
import { describeExit, exitOf, type Exit } from './exit.js';
import { checkSignal } from './signal.js';
import { traceLife } from './trace.js';

/** A process or thread that was started here. */
export interface Spawned<M> extends AsyncDisposable {
  /** What its module exports. */
  readonly remote: Remote<M>;
  readonly name: string;
  /** Process id; undefined for a thread. */
  readonly pid: number | undefined;
  /** Thread id; undefined for a process. */
  readonly threadId: number | undefined;
  readonly alive: boolean;
  /** Resolves when it has ended; never rejects. Once this was asked for, this process stays alive until then. */
  readonly exited: Promise<Exit>;
  /** The last 4 KiB of its standard error, with the error that ended it, if nothing caught that. */
  readonly stderrTail: string;
  /** The transport to it, to `expose` something to it. */
  readonly transport: Transport;
  /**
   * Ends it now: a signal (default SIGTERM) for a process, termination for a thread. Resolves when it has ended, also where it survives
   * the signal; may be repeated. Rejects with TypeError for a signal that there is not; then nothing was done.
   */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /**
   * Ends it in order: what is under way finishes, then it is told to end. After `timeout` milliseconds (default 5,000) it gets SIGTERM,
   * and `grace` milliseconds later (default 1,000) SIGKILL. Rejects, when all is over, with errors of operations that nobody awaited. May be
   * repeated; the first call's options hold. Processes that it has started itself are no concern of this. Throws RangeError
   * for options out of range.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** What a process and a thread do differently. */
export interface Vessel {
  readonly name: string;
  readonly pid: number | undefined;
  readonly threadId: number | undefined;
  readonly transport: Transport;
  readonly stderrTail: string;
  /** Calls back once, when it has ended and its handles are closed. */
  onExit(
    callback: (end: { readonly code: number | null; readonly signal: string | null; readonly threw: boolean }) => void,
  ): void;
  end(signal: NodeJS.Signals): void;
  /** Milliseconds that a start which is not wanted any more may still take before it is ended. */
  readonly startGrace: number;
}

/** How it was started. */
export interface Beginning {
  /** URL of its module. */
  readonly href: string;
  /** Milliseconds of silence, while calls wait, after which it is killed; undefined: never. */
  readonly hangTimeout: number | undefined;
}

/** What is done with both kinds alike. */
export class Started<M> implements Spawned<M> {
  readonly remote: Remote<M>;
  readonly #vessel: Vessel;
  readonly #ended: Promise<Exit>;
  #exit: Exit | undefined;
  /** Keeps this process alive until it has ended. */
  #hold: NodeJS.Timeout | undefined;
  /** Signals that were sent from here. */
  readonly #sent = new Set<string>();
  /** It has ended, and so has the link to it. */
  #over = false;
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(vessel: Vessel, { href, hangTimeout }: Beginning) {
    this.#vessel = vessel;
    this.remote = connect<M>(vessel.transport);
    const link = linkOf(vessel.transport);
    if (hangTimeout !== undefined) {
      const silent = (): void => this.#hung(hangTimeout);
      link.liveness.watch({ limit: hangTimeout, silent, heard: () => {} });
    }
    this.#ended = new Promise((resolve) => {
      vessel.onExit((end) => {
        const killed = this.#killedBy(end.signal);
        if (killed) this.#expectEnd();
        const exit = exitOf({ ...end, killed, closed: this.#closed });
        this.#exit = exit;
        // What it wrote before may still be on its way; afterwards nobody takes it for one that listens.
        void connectionOf(this.remote).closed.then(() => {
          this.#over = true;
          clearInterval(this.#hold);
          resolve(exit);
        });
      });
    });
    const { name, pid, threadId } = vessel;
    traceLife({ name, pid, threadId, module: href, connection: link.number }, this.#ended);
  }

  get name(): string {
    return this.#vessel.name;
  }

  get pid(): number | undefined {
    return this.#vessel.pid;
  }

  get threadId(): number | undefined {
    return this.#vessel.threadId;
  }

  get transport(): Transport {
    return this.#vessel.transport;
  }

  get alive(): boolean {
    return this.#exit === undefined;
  }

  get stderrTail(): string {
    return this.#vessel.stderrTail;
  }

  get exited(): Promise<Exit> {
    // The handles themselves may be let go while somebody waits: a worker's is that of its link.
    if (!this.#over) this.#hold ??= setInterval(() => {}, longestDelay);
    return this.#ended;
  }

  async kill(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    checkSignal(this.name, signal);
    if (this.alive) this.#send(signal);
    return this.exited;
  }

  close(options?: CloseOptions): Promise<void> {
    const steps = checkedClose(options);
    return (this.#closing ??= this.#close(steps));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Resolves when its module is served; otherwise, or when it is not wanted any more, it is ended, and the promise rejects with why. */
  async ready(what: string, startTimeout: number, unwanted?: AbortSignal): Promise<this> {
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      timer = setTimeout(() => void this.kill('SIGKILL'), this.#vessel.startGrace);
    };
    unwanted?.addEventListener('abort', end);
    if (unwanted?.aborted) end();
    try {
      await waitUntilListening(this.remote, { timeout: startTimeout });
      return this;
    } catch (error) {
      if (error instanceof RemoteDiedError) await this.exited;
      else await this.kill('SIGKILL');
      throw this.#startError(what, error as Error, startTimeout);
    } finally {
      unwanted?.removeEventListener('abort', end);
      clearTimeout(timer);
    }
  }

  /** Is there at once; when its module is not served in the end it is ended, and what was asked of it fails. */
  begun(what: string, startTimeout: number): this {
    this.ready(what, startTimeout).catch(() => {}); // told to whoever uses it
    return this;
  }

  #startError(what: string, cause: Error, startTimeout: number): Error {
    if (cause instanceof TimeoutError) {
      return new TimeoutError(
        `${what} was not ready within ${startTimeout} ms and was ended: does its module wait for something at the top?`,
        { executed: 'unknown', cause },
      );
    }
    if (cause instanceof RemoteDiedError) {
      const exit = this.#exit ?? { code: null, signal: null };
      const stderr = this.stderrTail.trim();
      return new RemoteDiedError(
        `${what} could not be started: it ended before it was ready (${describeExit(exit)})${stderr === '' ? '' : `\n${stderr}`}`,
        {
          exitCode: exit.code,
          signal: exit.signal,
          stderrTail: this.stderrTail,
          executed: 'unknown',
          cause,
        },
      );
    }
    return new Error(`${what} could not be started: ${cause.message}`, { cause });
  }

  async #close(steps: Required<CloseOptions>): Promise<void> {
    this.#closed = true;
    const { exited } = this;
    const drain = (): Promise<void> => connectionOf(this.remote).close();
    await closeInSteps({ exited, drain, kill: (signal) => this.kill(signal) }, steps);
  }

  /** It is killed, and its calls fail at once, also that of a thread which blocks here and hears of no exit. */
  #hung(hangTimeout: number): void {
    this.#send('SIGKILL');
    const reason = new RemoteDiedError(
      `${this.name} took nothing in for ${hangTimeout} ms (hangTimeout) and was killed: does something in it block its event loop?`,
      { signal: this.pid === undefined ? null : 'SIGKILL', stderrTail: this.stderrTail },
    );
    void linkOf(this.transport).end(reason);
  }

  /** Threads know no signals: whichever it is ends them. */
  #send(signal: NodeJS.Signals): void {
    const means = this.pid === undefined ? 'SIGKILL' : signal;
    this.#sent.add(means);
    if (fatal.includes(means)) this.#expectEnd();
    this.#vessel.end(means);
  }

  /** A process may survive a signal, or take it as a reason to exit: that is told of those that are meant to end it. */
  #killedBy(signal: string | null): boolean {
    return signal === null ? fatal.some((means) => this.#sent.has(means)) : this.#sent.has(signal);
  }

  #expectEnd(): void {
    linkOf(this.transport).caller.pending.expectEnd();
  }
}

/** Signals that are meant to end a process; any other it may outlive. */
export const fatal: readonly string[] = ['SIGTERM', 'SIGKILL'];
