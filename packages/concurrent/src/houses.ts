import type { Owner } from './owner.js';

/** The processes or threads of one class. Its statics belong to the first that still runs. */
export class Houses {
  readonly #start: (number: number) => Owner;
  readonly #inhabited = new Set<Owner>();
  /** Was started for the statics; the next object moves in. */
  #vacant: Owner | undefined;
  #started = 0;

  constructor(start: (number: number) => Owner) {
    this.#start = start;
  }

  /** The one that has the statics. */
  get oldest(): Owner {
    for (const owner of this.#inhabited) if (owner.alive) return owner;
    if (this.#vacant?.alive !== true) this.#vacant = this.#start(++this.#started);
    return this.#vacant;
  }

  /** Makes an object. */
  enter(args: readonly unknown[]): Owner {
    const owner = this.#vacant?.alive === true ? this.#vacant : this.#start(++this.#started);
    this.#vacant = undefined;
    this.#inhabited.add(owner);
    owner.construct(args);
    return owner;
  }

  /** Its object is closed. */
  leave(owner: Owner): void {
    this.#inhabited.delete(owner);
  }

  /** Ends the one without an object. */
  async vacate(): Promise<void> {
    const vacant = this.#vacant;
    this.#vacant = undefined;
    await vacant?.close();
  }
}
