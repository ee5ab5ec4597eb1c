import { inspect } from 'node:util';
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
  process.once('beforeExit', neverSettled);
  try {
    if (typescript) registerTypeScript();
    const module = (await import(href)) as object;
    if (exposeModule) expose(module, parent());
  } catch (error) {
    refuse(error instanceof Error ? error : new Error(`its module threw ${inspect(error)}`, { cause: error }));
  } finally {
    process.off('beforeExit', neverSettled);
  }
}

/** Nothing is left that could end the import. */
function neverSettled(): void {
  refuse(new Error('a top-level await of its module never settled: nothing is left to wait for'));
}

function refuse(error: Error): void {
  const link = linkOf(parent());
  link.sendStop(error);
  link.outbox.flush();
  process.exitCode = 1;
}
