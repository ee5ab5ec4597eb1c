import { isPromise } from './kinds.js';
import { Later, whenAll, whenSettled } from './later.js';
import { opened } from './wrappers.js';

/** What a registered type makes of data, once all parts of it are here. */
export function decodedLater(data: unknown, parts: readonly Later[], decode: (data: unknown) => unknown): Later {
  let whole = data;
  if (data instanceof Later) data.put((value) => (whole = value));
  const decoded = new Later();
  const finish = (failure?: { readonly error: unknown }): void => {
    if (failure !== undefined) return decoded.settle(true, failure.error);
    try {
      decoded.settle(false, decode(whole));
    } catch (error) {
      decoded.settle(true, error);
    }
  };
  whenAll(data instanceof Later ? [...parts, data] : parts, finish, decoded);
  return decoded;
}

/** A result of this side is what the code here gets as an argument: itself, not what it would cross as. */
export function argument(value: unknown): unknown {
  const own = opened(value);
  if (!isPromise(own)) return own;
  const later = new Later();
  whenSettled(own, (failed, settled) => later.settle(failed, failed ? settled : opened(settled)));
  return later;
}
