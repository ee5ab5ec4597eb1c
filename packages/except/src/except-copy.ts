import { nameOfType, typeNamed } from './error-types.js';
import { setHome, type ExceptHome } from './except-home.js';
import { Except } from './except.js';

/** What another process needs to know to catch like an Except of this one. */
export interface ExceptTraits {
  /** Names of the classes to catch; none: everything. A class without a name has an empty one. */
  readonly types: readonly string[];
  readonly raises: boolean;
  readonly catchOnce: boolean;
}

export function traitsOf(except: Except): ExceptTraits {
  const { types, raises, catchOnce } = except.options;
  return { types: types.map(nameOfType), raises, catchOnce };
}

/** An Except that catches like one of another process and records there, too. */
export function copyExcept({ types, raises, catchOnce }: ExceptTraits, home: ExceptHome): Except {
  const copy = new Except({ types: types.map(typeNamed), raises, catchOnce });
  setHome(copy, home);
  return copy;
}
