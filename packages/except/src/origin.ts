import { isError } from './is-error.js';
import type { ErrorOrigin } from './remote-error-class.js';

/** Says on an error where it comes from (`remote`), unless it says so already. */
export function markOrigin(error: unknown, origin: ErrorOrigin): void {
  if (!isError(error) || Object.hasOwn(error, 'remote')) return;
  Object.defineProperty(error, 'remote', { value: origin, writable: true, configurable: true, enumerable: false });
}
