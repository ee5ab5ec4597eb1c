import type { GroupName } from './error-group.js';
import { isOfType } from './error-types.js';
import type { Scope } from './except-options.js';
import { Passages, type Passage } from './passage.js';
import { isThenable } from './thenable.js';

/** Records an error that a scope has caught in a group. */
type Recorder = (group: GroupName, error: unknown, scope: Scope) => void;

/** Runs functions in scopes and decides what becomes of their errors: recorded or not, thrown on or swallowed. */
export class ScopeRunner {
  readonly #passages = new Passages();
  readonly #record: Recorder;

  constructor(record: Recorder) {
    this.#record = record;
  }

  /** Runs `fn`; a result that is awaited comes back as a native promise, anything else at once. */
  run(group: GroupName, fn: () => unknown, scope: Scope): unknown {
    return this.#passages.enter((passage) => {
      let pending = false;
      try {
        const result = fn();
        if (!isThenable(result)) return result;
        pending = true;
        return this.#settle(result, group, scope, passage);
      } catch (error) {
        return this.#caught(group, error, scope, passage);
      } finally {
        if (!pending) this.#passages.leave(passage);
      }
    });
  }

  /** A recorded error is thrown again by the code that runs: the scope around it does not record it anew. */
  throwAgain(error: unknown): void {
    this.#passages.throwAgain(error);
  }

  /** An error that was recorded elsewhere will be thrown in one of the scopes that are open, which does not record it anew. */
  arrive(error: unknown): void {
    this.#passages.arrive(error);
  }

  /** Forgets which errors are on their way. */
  forgetAll(): void {
    this.#passages.forgetAll();
  }

  async #settle(result: PromiseLike<unknown>, group: GroupName, scope: Scope, passage: Passage): Promise<unknown> {
    try {
      return await result;
    } catch (error) {
      return this.#caught(group, error, scope, passage);
    } finally {
      this.#passages.leave(passage);
    }
  }

  #caught(group: GroupName, error: unknown, scope: Scope, passage: Passage): undefined {
    const recorded = this.#passages.isRecorded(error, passage);
    const matches = scope.types.length === 0 || scope.types.some((type) => isOfType(error, type));
    if (matches && !recorded) this.#record(group, error, scope);
    if (matches && !scope.raises) return undefined;
    if (recorded || (matches && scope.catchOnce)) this.#passages.throwOn(error, passage);
    throw error;
  }
}
