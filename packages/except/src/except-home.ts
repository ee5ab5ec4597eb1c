import type { CaughtError } from './error-group.js';

/** Where a copy of an Except sends what it records: to the Except of another process that it is a copy of. */
export interface ExceptHome {
  /** Stands for that Except here; held as long as the copy is. */
  readonly remote: object;
  /** Told of each recording as it is made. `rethrown`: the error is thrown on, and scopes around leave it alone. */
  record(caught: CaughtError, rethrown: boolean): void;
}

/** What an Except is a copy of; undefined: it is none. */
export function homeOf(except: object): ExceptHome | undefined {
  return homes.get(except);
}

export function setHome(except: object, home: ExceptHome): void {
  homes.set(except, home);
}

const homes = new WeakMap<object, ExceptHome>();
