import type { Except, GroupName, RecordDetails } from '@remoteobj/except';

/** For each Except what was recorded there by others, and when: one listener, however many record. */
const knownIn = new WeakMap<Except, WeakMap<object, number>>();
let clock = 0;
/** One of these records at this moment: that is no function's doing. */
let recording = false;

/**
 * Records what a function throws in an Except that the function may use as well. What was recorded there on its way counts once, unless
 * the Except says `catchOnce: false`.
 */
export class RecordOnce {
  readonly #errors: Except;
  readonly #known: WeakMap<object, number>;
  /** What was recorded before this was made does not count. */
  readonly #since = ++clock;

  constructor(errors: Except) {
    this.#errors = errors;
    this.#known = knownIn.get(errors) ?? listenTo(errors);
  }

  record(group: GroupName, error: unknown, details: RecordDetails): void {
    if (isObject(error) && (this.#known.get(error) ?? 0) > this.#since && this.#known.delete(error)) return;
    recording = true;
    this.#errors.record(group, error, details);
    recording = false;
  }
}

function listenTo(errors: Except): WeakMap<object, number> {
  const known = new WeakMap<object, number>();
  knownIn.set(errors, known);
  errors.on('error', (error) => {
    if (!recording && isObject(error) && errors.options.catchOnce) known.set(error, ++clock);
  });
  return known;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
