import type { Except, GroupName, RecordDetails } from '@remoteobj/except';

/**
 * Records what a function throws in an Except that the function may use as well. What was recorded there on its way counts once, unless
 * the Except says `catchOnce: false`.
 */
export class RecordOnce {
  readonly #errors: Except;
  /** Recorded by others since this was made. */
  readonly #known = new WeakSet<object>();
  readonly #stopListening: () => void;
  #records = false;

  constructor(errors: Except) {
    this.#errors = errors;
    this.#stopListening = errors.on('error', (error) => {
      if (!this.#records && isObject(error) && errors.options.catchOnce) this.#known.add(error);
    });
  }

  record(group: GroupName, error: unknown, details: RecordDetails): void {
    if (isObject(error) && this.#known.delete(error)) return;
    this.#records = true;
    this.#errors.record(group, error, details);
    this.#records = false;
  }

  end(): void {
    this.#stopListening();
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
