import type { CaughtError } from './error-group.js';
import { describeCaught } from './error-table.js';

/** Where errors are written: a function, or something with a method `error`, such as `console`. */
export type Logger = ((text: string, error: unknown) => void) | { error(text: string, error: unknown): void };

/** Writes one caught error: its group and what it is, and the error itself beside it. */
export function writeLog(logger: Logger, caught: CaughtError): void {
  const text = describeCaught(caught);
  if (typeof logger === 'function') logger(text, caught.error);
  else logger.error(text, caught.error);
}

/** The logger that an option means; `true` is the console. Throws TypeError for what is none. */
export function loggerOf(option: Logger | boolean | undefined, who: string): Logger | undefined {
  if (option === undefined || option === false) return undefined;
  if (option === true)
    return (globalThis as unknown as { console: { error(text: string, error: unknown): void } }).console;
  if (
    typeof option === 'function' ||
    (typeof option === 'object' && option !== null && typeof option.error === 'function')
  )
    return option;
  throw new TypeError(
    `${who}: log must be true, a function (text, error) or an object with a method error, such as console`,
  );
}
