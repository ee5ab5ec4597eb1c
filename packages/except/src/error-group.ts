import type { ErrorOrigin } from './remote-error-class.js';

/** Name of a group of errors; null is the default group. */
export type GroupName = string | null;

/** One error that was caught, as plain data. */
export interface CaughtError {
  readonly group: GroupName;
  /** What was thrown, an error or not. */
  readonly error: unknown;
  /** When, in milliseconds since 1970, with fractions. */
  readonly at: number;
  /** The process it was caught in, when that is another one. */
  readonly origin?: ErrorOrigin | undefined;
}

/** The errors that were caught, by group and by time. Holds them; decides nothing. */
export class ErrorGroups {
  readonly #groups = new Map<GroupName, CaughtError[]>();
  readonly #times: CaughtError[] = [];

  /** What was caught, earliest first. */
  get byTime(): readonly CaughtError[] {
    return this.#times;
  }

  /** Names of the groups that have an error, in the order of their first. */
  get names(): GroupName[] {
    return [...this.#groups.keys()];
  }

  add(caught: CaughtError): void {
    const group = this.#groups.get(caught.group);
    if (group === undefined) this.#groups.set(caught.group, [caught]);
    else insert(group, caught);
    insert(this.#times, caught);
  }

  /** What a group caught, earliest first; empty for an unknown name. */
  of(name: GroupName): readonly CaughtError[] {
    return this.#groups.get(name) ?? [];
  }

  /** The earliest or latest of a group, or of all groups when the name is undefined. */
  find(name: GroupName | undefined, latest: boolean): CaughtError | undefined {
    return (name === undefined ? this.#times : this.of(name)).at(latest ? -1 : 0);
  }

  clear(): void {
    this.#groups.clear();
    this.#times.length = 0;
  }
}

/** Milliseconds since 1970 that never run backwards within a process, unlike `Date.now()`. */
export function now(): number {
  return clock.timeOrigin + clock.now();
}

const clock = (globalThis as unknown as { performance: { timeOrigin: number; now(): number } }).performance;

/** Errors of other processes may arrive later than they were caught; mostly the place is the end. */
function insert(list: CaughtError[], caught: CaughtError): void {
  let index = list.length;
  while (index > 0 && (list[index - 1] as CaughtError).at > caught.at) index--;
  list.splice(index, 0, caught);
}
