import { register } from 'node:module';
import { entryUrl } from '../entry-url.js';

/** One registration a thread, also where two copies of this package meet. */
const registered = Symbol.for('remoteobj.typescript');

/** Lets this thread import TypeScript without a build step. Does nothing the second time. */
export function registerTypeScript(): void {
  const flags = globalThis as { [registered]?: boolean };
  if (flags[registered]) return;
  flags[registered] = true;
  process.setSourceMapsEnabled(true);
  register(entryUrl('typescript-hooks'));
}
