import { Except, type LocalExcept, type UnserializableError } from '@remoteobj/except';
import { homeOf, traitsOf } from '@remoteobj/except/internal';
import type { Exporter } from './exporter.js';
import { viewOfRemote } from './proxy.js';
import { Special } from './special.js';

/**
 * How an Except crosses: the copy of one of the other side goes home, any other becomes a copy there.
 *
 * Throws what `fail` makes for a LocalExcept, which stays in its process, and where a class to catch has no name.
 */
export function exceptSpecial(
  except: LocalExcept,
  exporter: Exporter,
  fail: (why: string) => UnserializableError,
): readonly unknown[] {
  const view = viewOfRemote(homeOf(except)?.remote);
  const home = view && exporter.exportView(view, () => undefined);
  if (home !== undefined && 'special' in home) return home.special;
  if (!(except instanceof Except))
    throw fail('a LocalExcept stays in its process: pass an Except, or a remote of this one with byReference');
  const { types, raises, catchOnce } = traitsOf(except);
  if (types.includes('')) throw fail('an Except that catches a class without a name cannot cross: name the class');
  return [Special.except, exporter.exportObject(except, false, false), types, Number(raises), Number(catchOnce)];
}
