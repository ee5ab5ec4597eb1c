import { isThenable } from './thenable.js';

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;
type Step = IteratorResult<unknown> | undefined;
type Act = (source: AnyIterator) => Step | PromiseLike<Step>;

/** What a run of a wrapped generator needs of its Except. */
export interface YieldsHost {
  /** Runs one step within the scope; undefined: its error was recorded and swallowed. */
  readonly guard: (step: () => Step | PromiseLike<Step>) => Step | PromiseLike<Step>;
  /** Whether yields are kept for a second reader. */
  readonly keep: boolean;
  readonly returned: (value: unknown) => void;
}

/**
 * One run of a wrapped generator, read by its caller and, if kept, by `results`, each from its beginning.
 *
 * Whoever needs the next item first makes the generator produce it; so nothing is produced that nobody reads.
 */
export class Yields {
  readonly items: unknown[] = [];
  done = false;
  returned: unknown;
  /** What the generator threw, for its caller. */
  failure: { readonly error: unknown } | undefined;
  readonly #source: AnyIterator;
  readonly #host: YieldsHost;
  #pending: Promise<void> | undefined;
  #left = false;

  constructor(source: AnyIterator, host: YieldsHost) {
    this.#source = source;
    this.#host = host;
  }

  /** Makes one step; its item or end is in this object afterwards. A promise when the generator is asynchronous. */
  step(act: Act): void | Promise<void> {
    try {
      const step = this.#host.guard(() => act(this.#source));
      if (!isThenable(step)) return this.#take(step);
      const pending = Promise.resolve(step).then(
        (settled) => this.#take(settled),
        (error: unknown) => this.#fail(error),
      );
      this.#pending = pending;
      return pending;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Waits for the step that another reader is making, or makes the next one: afterwards there is an item more, or the end. */
  async more(act: Act = next(undefined)): Promise<void> {
    await (this.#pending ?? this.step(act));
  }

  /** Throws into an asynchronous generator, once it stands at a `yield`. */
  async throw(error: unknown): Promise<void> {
    await this.#pending;
    if (this.done) throw error;
    await this.step(raise(error));
  }

  /** Ends the generator early, so that its `finally` runs. How it then ends is no result. */
  leave(): void | Promise<void> {
    this.#left = true;
    return this.step((source) => source.return?.());
  }

  /** Where a caller that left reads on: at what a `finally` has yielded, or at the end. */
  get rest(): number {
    return this.done ? this.items.length : this.items.length - 1;
  }

  /** The item at the cursor, which moves on by the number returned. */
  take(cursor: number): { item: unknown; cursor: number } {
    return this.#host.keep ? { item: this.items[cursor], cursor: cursor + 1 } : { item: this.items.shift(), cursor };
  }

  #take(step: Step): void {
    this.#pending = undefined;
    if (step !== undefined && (typeof step !== 'object' || step === null)) {
      return this.#fail(new TypeError(`the iterator's step is no object but ${String(step)}`));
    }
    if (step !== undefined && step.done !== true) {
      this.items.push(step.value);
      return;
    }
    this.done = true;
    this.returned = step?.value;
    if (step !== undefined && !this.#left) this.#host.returned(step.value);
  }

  #fail(error: unknown): void {
    this.#pending = undefined;
    this.done = true;
    this.failure = { error };
  }
}

/** The generator that the caller of a wrapped generator function gets; reads from the item `start` on. */
export function* relay(yields: Yields, start = 0): Generator {
  let cursor = start;
  let act = next(undefined);
  try {
    for (;;) {
      if (cursor >= yields.items.length && !yields.done) void yields.step(act);
      if (cursor >= yields.items.length) return outcome(yields);
      const taken = yields.take(cursor);
      cursor = taken.cursor;
      try {
        act = next(yield taken.item);
      } catch (error) {
        if (yields.done) throw error;
        void yields.step(raise(error));
      }
    }
  } finally {
    if (!yields.done) {
      void yields.leave();
      yield* relay(yields, yields.rest);
    }
  }
}

/** The same for asynchronous generators. */
export async function* relayAsync(yields: Yields, start = 0): AsyncGenerator {
  let cursor = start;
  let act = next(undefined);
  try {
    for (;;) {
      if (cursor >= yields.items.length && !yields.done) await yields.more(act);
      if (cursor >= yields.items.length) return outcome(yields);
      const taken = yields.take(cursor);
      cursor = taken.cursor;
      try {
        act = next(yield taken.item);
      } catch (error) {
        await yields.throw(error);
      }
    }
  } finally {
    if (!yields.done) {
      await yields.leave();
      yield* relayAsync(yields, yields.rest);
    }
  }
}

/** All kept yields of several runs, one run after the other. Never throws: errors are in the Except. */
export async function* readYields(runs: readonly Yields[]): AsyncGenerator<unknown, void, undefined> {
  for (let i = 0; i < runs.length; i++) {
    const yields = runs[i] as Yields;
    for (let cursor = 0; ;) {
      if (cursor < yields.items.length) yield yields.items[cursor++];
      else if (yields.done) break;
      else await yields.more();
    }
  }
}

/** Whether a value is an iterator that a generator function, or one written by hand, returns; arrays and Maps are none. */
export function isIterator(value: unknown): value is AnyIterator {
  // Remotes are functions, and would say yes to every name.
  return (
    typeof value === 'object' &&
    value !== null &&
    !isThenable(value) &&
    isMethod(value, 'next') &&
    (isAsync(value) || isMethod(value, Symbol.iterator))
  );
}

/** Whether an iterator is asynchronous. */
export function isAsync(iterator: object): boolean {
  return isMethod(iterator, Symbol.asyncIterator);
}

function next(sent: unknown): Act {
  return (source) => source.next(sent as undefined);
}

function raise(error: unknown): Act {
  return (source) => {
    if (source.throw !== undefined) return source.throw(error);
    // As `yield*` does: an iterator that cannot be thrown into is closed.
    void source.return?.();
    throw error;
  };
}

function outcome(yields: Yields): unknown {
  if (yields.failure !== undefined) throw yields.failure.error;
  return yields.returned;
}

function isMethod(value: object, key: string | symbol): boolean {
  return typeof (value as Record<string | symbol, unknown>)[key] === 'function';
}
