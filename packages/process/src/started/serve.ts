import { expose } from '@remoteobj/core';
import { linkOf } from '@remoteobj/core/internal';
import { parent } from '../parent.js';
import { registerTypeScript } from '../typescript/register-hooks.js';

/** What the starting side says of the module to run. */
export interface Assignment {
  readonly href: string;
  readonly typescript: boolean;
  /** Whether the module's exports are served; otherwise the module exposes something itself. */
  readonly exposeModule: boolean;
}

/**
 * Imports the module and serves it to the parent. A module that cannot be imported is reported there, with its own error.
 *
 * Nothing holds the event loop while the module is imported, so that Node notices a top-level await that never settles.
 */
export async function serve({ href, typescript, exposeModule }: Assignment): Promise<void> {
  const link = linkOf(parent());
  try {
    if (typescript) registerTypeScript();
    const module = (await import(href)) as object;
    if (exposeModule) expose(module, parent());
  } catch (error) {
    link.sendStop(error);
    link.outbox.flush();
    process.exitCode = 1;
  }
}
