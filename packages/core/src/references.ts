import { LimitError, StaleReferenceError } from '@remoteobj/except';
import type { Outbox } from './outbox.js';
import { remoteOfRoot, type RemoteProxy } from './proxy.js';
import type { Recorder, Root } from './view.js';

interface Exported {
  readonly id: number;
  readonly value: object;
  /** How often the other side was told the number and has not yet given it back. */
  count: number;
  dispose: boolean;
  /** It is exposed, or was passed with `byReference`: wherever it is met again it is this reference. */
  stays: boolean;
  /** Mentions of another connection's object that were only passed on: nobody here has seen them. */
  passedOn: number;
}

interface Imported {
  readonly id: number;
  readonly root: WeakRef<Root>;
  /** How often the other side told us this number since we last gave it back. */
  count: number;
  released: boolean;
}

/** What references need of their connection. */
export interface ReferenceOwner extends Recorder {
  readonly outbox: Outbox;
}

/**
 * Objects passed by reference, both ways. Numbers are counters and are never used again.
 *
 * Counts make a release that crosses a new mention harmless: the owner forgets an object only when all mentions came back.
 */
export class References {
  readonly #owner: ReferenceOwner;
  readonly #most: number;
  readonly #exported = new Map<number, Exported>();
  readonly #ids = new Map<object, Exported>();
  readonly #imported = new Map<number, Imported>();
  readonly #collected: FinalizationRegistry<Imported>;
  #nextId = 1;
  /** Called when the other side has dropped its last mention of one of our objects. */
  onForgotten: (value: object, dispose: boolean, passedOn: number) => void = () => {};

  constructor(owner: ReferenceOwner, most: number) {
    this.#owner = owner;
    this.#most = most;
    this.#collected = new FinalizationRegistry((entry) => this.#drop(entry));
  }

  get exportedCount(): number {
    return this.#exported.size;
  }

  get importedCount(): number {
    return this.#imported.size;
  }

  /** Whether an object is exposed, which counts as exported but was not passed. */
  get isRootExported(): boolean {
    return this.#exported.has(0);
  }

  staysReference(value: object): boolean {
    return this.#ids.get(value)?.stays === true;
  }

  /** An object of another connection was given to the other side, and nobody here has seen it. */
  passedOn(value: object): void {
    const entry = this.#ids.get(value);
    if (entry !== undefined) entry.passedOn++;
  }

  /** An object of ours comes home, where it may be kept. */
  home(id: number): object {
    const value = this.own(id);
    const entry = this.#exported.get(id);
    if (entry !== undefined) entry.passedOn = 0;
    return value;
  }

  /** The number of one of our objects that the other side was given. */
  numberOf(value: object): number | undefined {
    return this.#ids.get(value)?.id;
  }

  /** The remote for an object of the other side, if anybody here holds it. */
  imported(id: number): RemoteProxy | undefined {
    const root = this.#imported.get(id)?.root.deref();
    return root && remoteOfRoot(root);
  }

  /** Gives an object a number, or counts one more mention of it. */
  export(value: object, dispose: boolean, stays: boolean): number {
    let entry = this.#ids.get(value);
    if (entry === undefined) {
      if (this.#exported.size >= this.#most) {
        throw new LimitError(
          `more than ${this.#most} objects are referred to by the other side: release remotes that are no longer needed, or pass copies`,
          { executed: 'no' },
        );
      }
      entry = { id: this.#nextId++, value, count: 0, dispose, stays, passedOn: 0 };
      this.#exported.set(entry.id, entry);
      this.#ids.set(value, entry);
    }
    entry.dispose ||= dispose;
    entry.stays ||= stays;
    entry.count++;
    return entry.id;
  }

  /** The message that mentions it was not encoded whole: that mention never happened. */
  unmention(id: number): void {
    const entry = this.#exported.get(id);
    if (entry !== undefined && --entry.count === 0) this.#forget(entry, false);
  }

  own(id: number): object {
    const entry = this.#exported.get(id);
    if (entry !== undefined) return entry.value;
    throw new StaleReferenceError(
      `reference #${id} was released or never given out: keep the remote while it is used`,
      { executed: 'no' },
    );
  }

  /** An object of ours by its number; undefined when the other side has given it back. */
  find(id: number): object | undefined {
    return this.#exported.get(id)?.value;
  }

  /** The object of number 0, which is exposed rather than passed. */
  setRoot(value: object | undefined): void {
    const old = this.#exported.get(0);
    if (old !== undefined) {
      this.#exported.delete(0);
      this.#ids.delete(old.value);
    }
    if (value === undefined) return;
    const known = this.#ids.get(value);
    if (known !== undefined) {
      known.stays = true;
      return;
    }
    const entry: Exported = { id: 0, value, count: Number.POSITIVE_INFINITY, dispose: false, stays: true, passedOn: 0 };
    this.#exported.set(0, entry);
    this.#ids.set(value, entry);
  }

  /** The other side gave back `count` mentions. */
  forget(id: number, count: number): void {
    const entry = this.#exported.get(id);
    if (entry === undefined || id === 0) return;
    entry.count -= count;
    if (entry.count <= 0) this.#forget(entry, true);
  }

  /** The remote for an object of the other side; the same one as long as anybody here holds it. */
  import(id: number, isFunction = false): RemoteProxy {
    const known = this.#imported.get(id);
    const alive = known?.root.deref();
    if (known !== undefined && alive !== undefined) {
      known.count++;
      return remoteOfRoot(alive);
    }
    if (known === undefined && this.#imported.size >= this.#most) {
      this.#owner.outbox.release('reference', id, 1);
      throw new LimitError(
        `more than ${this.#most} objects of the other side are held here: release remotes that are no longer needed`,
        { executed: 'unknown' },
      );
    }
    const root: Root = { recorder: this.#owner, kind: 'reference', id, url: '', isFunction };
    const entry: Imported = { id, root: new WeakRef(root), count: 1, released: false };
    this.#imported.set(id, entry);
    // The start of the chain, not the proxy, is watched: longer chains hold it, too.
    this.#collected.register(root, entry, entry);
    return remoteOfRoot(root);
  }

  /** Gives a reference back now; false: it was given back before. */
  release(id: number): boolean {
    const entry = this.#imported.get(id);
    if (entry === undefined) return false;
    this.#collected.unregister(entry);
    this.#drop(entry);
    return true;
  }

  /** One mention came too late for anybody to want it; whoever holds the reference from elsewhere keeps it. */
  dropMention(id: number): void {
    const entry = this.#imported.get(id);
    if (entry === undefined) return;
    if (entry.count === 1) this.release(id);
    else {
      entry.count--;
      this.#owner.outbox.release('reference', id, 1);
    }
  }

  /** Whether this reference may still be used. */
  isHeld(id: number): boolean {
    return this.#imported.has(id);
  }

  /** The link ended: the other side holds nothing any more. */
  clear(): void {
    for (const entry of this.#exported.values())
      if (entry.id !== 0) this.onForgotten(entry.value, entry.dispose, entry.passedOn);
    for (const entry of this.#imported.values()) this.#collected.unregister(entry);
    this.#exported.clear();
    this.#ids.clear();
    this.#imported.clear();
  }

  #drop(entry: Imported): void {
    if (entry.released) return;
    entry.released = true;
    if (this.#imported.get(entry.id) === entry) this.#imported.delete(entry.id);
    this.#owner.outbox.release('reference', entry.id, entry.count);
  }

  #forget(entry: Exported, told: boolean): void {
    this.#exported.delete(entry.id);
    this.#ids.delete(entry.value);
    if (told) this.onForgotten(entry.value, entry.dispose, entry.passedOn);
  }
}
