import { Later, whenAll } from './later.js';

/** What a registered type makes of data, once all parts of it are here. */
export function decodedLater(data: unknown, parts: readonly Later[], decode: (data: unknown) => unknown): Later {
  let whole = data;
  if (data instanceof Later) data.put((value) => (whole = value));
  const decoded = new Later();
  whenAll(data instanceof Later ? [...parts, data] : parts, (failure) => {
    if (failure !== undefined) return decoded.settle(true, failure.error);
    try {
      decoded.settle(false, decode(whole));
    } catch (error) {
      decoded.settle(true, error);
    }
  });
  return decoded;
}
