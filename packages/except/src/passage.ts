import { newContext } from './context.js';

/** One scope that runs. */
export interface Passage {
  readonly of: Passages;
  /** Counted over all scopes of this thread: those with a lower number were entered earlier. */
  readonly number: number;
  /** The scope from which it was entered, of whatever Except; undefined where none was open, or none is known. */
  around: Passage | undefined;
  isOver: boolean;
}

/**
 * Knows which errors are on their way through nested scopes of one Except and recorded already.
 *
 * A mark belongs to one scope: siblings and scopes that are entered later know nothing of it, and record.
 */
export class Passages {
  /** For each open scope what one inside it has recorded and thrown on. Apart from the errors, which may be frozen or no objects at all. */
  #recorded = new WeakMap<Passage, Set<unknown>>();
  /** Recorded elsewhere and thrown on to a scope that is open, but not known; with the number of the last that was entered. */
  #arriving = new WeakMap<object, number>();

  /** Runs the synchronous part of a scope. The caller calls `leave` when the whole scope is over. */
  enter<R>(body: (passage: Passage) => R): R {
    const passage: Passage = { of: this, number: ++entered, around: open(running.getStore()), isOver: false };
    return running.run(passage, () => body(passage));
  }

  leave(passage: Passage): void {
    passage.isOver = true;
    passage.around = open(passage.around); // scopes that start each other without end make no endless chain
    this.#recorded.delete(passage);
  }

  /** Whether the error that a scope caught was recorded inside it. What was recorded elsewhere is left alone by the first scope that asks. */
  isRecorded(error: unknown, passage: Passage): boolean {
    if (this.#recorded.get(passage)?.has(error) === true) return true;
    if (!isObject(error) || passage.number > (this.#arriving.get(error) ?? 0)) return false;
    return this.#arriving.delete(error);
  }

  /** A recorded error is thrown on from a scope to the one around. */
  throwOn(error: unknown, from: Passage): void {
    this.#mark(error, from.around);
  }

  /** A recorded error is thrown again by the code that runs. */
  throwAgain(error: unknown): void {
    this.#mark(error, running.getStore());
  }

  /** A recorded error arrives from elsewhere, and will be thrown in a scope that is open now. */
  arrive(error: unknown): void {
    if (isObject(error)) this.#arriving.set(error, entered);
  }

  forgetAll(): void {
    this.#recorded = new WeakMap();
    this.#arriving = new WeakMap();
  }

  #mark(error: unknown, from: Passage | undefined): void {
    let passage = open(from);
    while (passage !== undefined && passage.of !== this) passage = open(passage.around);
    if (passage === undefined) return;
    const recorded = this.#recorded.get(passage) ?? new Set();
    this.#recorded.set(passage, recorded.add(error));
  }
}

const running = newContext<Passage>();
let entered = 0;

/** The scope itself or the next around it that is not over. */
function open(passage: Passage | undefined): Passage | undefined {
  let found = passage;
  while (found?.isOver === true) found = found.around;
  return found;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
