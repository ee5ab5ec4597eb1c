import { builtInModule } from '@remoteobj/except/internal';

/**
 * What a stranger hears of something thrown that is no Error: that it was thrown, under an id. Here a warning tells the id and what it
 * was: the process's `warning` event with the code `ERR_INTERNAL`, which Node prints; the console in browsers.
 */
export function internalError(thrown: unknown): Error {
  const id = [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const text = `Internal error ${id}`;
  warn(`${text}: a call of a stranger threw ${printed(thrown)}, which is no Error`);
  return new Error(text);
}

function warn(text: string): void {
  type Runtime = { emitWarning?(text: string, options: { readonly type: string; readonly code: string }): void };
  const { process, console } = globalThis as { process?: Runtime; console?: { warn(text: string): void } };
  if (process?.emitWarning === undefined) console?.warn(text);
  else process.emitWarning(text, { type: 'RemoteObjectWarning', code: 'ERR_INTERNAL' });
}

/** What is printed is the server's own, and might throw. */
function printed(thrown: unknown): string {
  try {
    return builtInModule<{ inspect(value: unknown): string }>('node:util')?.inspect(thrown) ?? String(thrown);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}
