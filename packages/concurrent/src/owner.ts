import { get, sync, type Remote, type RemoteView, type SyncRemote } from '@remoteobj/core';
import { ConnectionClosedError, RemoteDiedError } from '@remoteobj/except';
import { startProcess, startThread, type Spawned } from '@remoteobj/process';
import type { Owned } from './entry/owner.js';
import { watchUnread } from './unread.js';

type OwnerModule = typeof import('./entry/owner.js');

/** A process or thread that owns one object of a class. */
export class Owner {
  readonly #name: string;
  readonly #child: Spawned<OwnerModule>;
  /** A view that stands for the class. */
  readonly #Class: unknown;
  /** A view until it is made. */
  #object: Remote<Owned> | RemoteView<Owned> | undefined;
  #blockingObject: SyncRemote<Owned> | undefined;
  #blockingStatics: SyncRemote<Owned> | undefined;
  /** What the constructor threw. */
  #failure: { readonly error: unknown } | undefined;
  /** Whether anything was asked of the object: all of that fails with the error of its constructor. */
  #asked = false;
  #running = 0;
  #closed = false;

  /** Can be used at once; what is asked waits until it is ready. `number`: how many were started for the class by then. */
  constructor(Class: unknown, threaded: boolean, className: string, number: number) {
    const url = new URL('./entry/owner.js', import.meta.url);
    const name = `${className}-owner-${number}`;
    this.#name = className;
    this.#Class = Class;
    this.#child = threaded ? startThread<OwnerModule>(url, { name }) : startProcess<OwnerModule>(url, { name });
  }

  get alive(): boolean {
    return this.#child.alive;
  }

  /** How many commands of its object have not ended. */
  get running(): number {
    return this.#running;
  }

  /** Makes its object. When that fails it ends, and whatever is asked fails with that error. */
  construct(args: readonly unknown[]): void {
    const object = this.#child.remote.construct(this.#Class as never, args); // a view stands for its value
    this.#object = object;
    object.then(
      (made) => (this.#object = made),
      (error: unknown) => {
        this.#failure = { error };
        watchUnread({ error, isHeard: () => this.#asked });
        void this.#child.close().catch(() => {}); // operations fail with the error above
      },
    );
  }

  /** Starts a method; `itself` is the result where that gives the object itself. */
  async command(member: string, args: readonly unknown[], itself: object): Promise<unknown> {
    this.#running++;
    try {
      const result: unknown = await this.#made(member).run(member, args as never);
      return result === this.#object ? itself : result;
    } finally {
      this.#running--;
    }
  }

  /** Its object, in blocking form. Throws an error that names the member when it is closed. */
  object(member?: string): SyncRemote<Owned> {
    const made = this.#made(member);
    return (this.#blockingObject ??= sync(made).get_() as SyncRemote<Owned>);
  }

  /** Its class, in blocking form. */
  get statics(): SyncRemote<Owned> {
    // A view stands for its value.
    return (this.#blockingStatics ??= sync(
      this.#child.remote.statics(this.#Class as never),
    ).get_() as SyncRemote<Owned>);
  }

  /** Runs the `close` of its object, if there is any, and ends; after `timeout` milliseconds it is killed. */
  async close(timeout: number = 5000): Promise<void> {
    const deadline = performance.now() + timeout;
    try {
      if (this.#object !== undefined && this.#failure === undefined && this.#child.alive)
        await get(this.#made().close(), { timeout });
    } catch (error) {
      // One that is dead has nothing left to close; whoever had asked it for something heard of its death.
      if (!(error instanceof RemoteDiedError)) throw error;
    } finally {
      this.#closed = true;
      await this.#child.close({ timeout: Math.max(0, deadline - performance.now()) });
    }
  }

  #made(member?: string): Remote<Owned> {
    this.#asked = true;
    if (this.#closed) {
      const what = member === undefined ? this.#name : `${this.#name}.${member}`;
      throw new ConnectionClosedError(`${what}: the object is closed`, { executed: 'no' });
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#object as Remote<Owned>; // commands come after `construct`
  }
}
