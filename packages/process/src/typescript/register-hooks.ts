import * as modules from 'node:module';
import { entryUrl } from '../entry-url.js';
import { load, resolve } from './hooks.js';

/** One registration a thread, also where two copies of this package meet. */
const registered = Symbol.for('remoteobj.typescript');

/** Lets this thread import TypeScript without a build step. Does nothing the second time. */
export function registerTypeScript(): void {
  const flags = globalThis as { [registered]?: boolean };
  if (flags[registered]) return;
  flags[registered] = true;
  process.setSourceMapsEnabled(true);
  // In this thread where Node can (22.15 and later), else in the thread that Node keeps for hooks: `register` is deprecated since 26.
  const { registerHooks } = modules as { readonly registerHooks?: (hooks: object) => void };
  if (registerHooks !== undefined) registerHooks({ resolve, load });
  else modules.register(entryUrl('typescript-hooks'));
}

/** Whether this thread imports TypeScript, so that what it starts should too. */
export function importsTypeScript(): boolean {
  return (globalThis as { readonly [registered]?: boolean })[registered] === true;
}
