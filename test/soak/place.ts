import { connectionOf } from '@remoteobj/core';
import { RemoteDiedError } from '@remoteobj/except';
import type { Spawned } from '@remoteobj/process';
import type { Kind } from '../blocking/kinds.js';
import type { Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { unheard } from './work.js';

const victim = new URL('../faults/modules/victim.js', import.meta.url);

/** A child of one kind, and the next when it was killed. */
export class Place {
  /** Errors told that nobody awaited. */
  told = 0;
  readonly #kind: Kind;
  readonly #killed = new WeakSet<Spawned<Untyped>>();
  #child: Spawned<Untyped>;
  #next: Promise<void> = Promise.resolve();

  static async open(kind: Kind): Promise<Place> {
    return new Place(kind, await kind.start<Untyped>(victim));
  }

  private constructor(kind: Kind, child: Spawned<Untyped>) {
    this.#kind = kind;
    this.#child = child;
    this.#listen();
  }

  get name(): string {
    return this.#kind.name;
  }

  /** Works on the child that is there; false: a kill cut it off, and the next child is there. Rejects with every other failure. */
  async work(work: (remote: Untyped) => Promise<void>): Promise<boolean> {
    const child = this.#child;
    try {
      await work(child.remote);
      return true;
    } catch (error) {
      if (!(error instanceof RemoteDiedError) || !this.#killed.has(child)) throw error;
      await this.#next;
      return false;
    }
  }

  /** Kills the child in the middle of everything; resolves when the next one is there. */
  replace(): Promise<void> {
    return (this.#next = this.#replace());
  }

  /** Ends the child; checks that nothing is under way before, and nothing is held after. */
  async close(): Promise<void> {
    const connection = connectionOf(this.#child.remote);
    await connection.flush();
    const { pending, running, streams } = connection.stats();
    assert.equal({ pending, running, streams }, { pending: 0, running: 0, streams: 0 }, `${this.name}: under way`);
    await this.#child.close();
    const { exported, imported, kept } = connection.stats();
    assert.equal({ exported, imported, kept }, { exported: 0, imported: 0, kept: 0 }, `${this.name}: held`);
  }

  async #replace(): Promise<void> {
    this.#killed.add(this.#child);
    await this.#child.kill('SIGKILL');
    this.#child = await this.#kind.start<Untyped>(victim);
    this.#listen();
  }

  #listen(): void {
    connectionOf(this.#child.remote).on('error', (error) => {
      if (error instanceof Error && error.message === unheard) this.told++;
    });
  }
}
