import { expose, type Transport } from '@remoteobj/core';
import { linkOf, nameThis } from '@remoteobj/core/internal';

/** What the starting side says of the module to run. */
export interface Assignment {
  /** What this process or thread is called in messages. */
  readonly name: string;
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
export async function serve({ name, href, typescript, exposeModule }: Assignment, parent: Transport): Promise<void> {
  nameThis(name);
  /** Nothing is left that could end the import. */
  const neverSettled = (): void => {
    refuse(parent, new Error('a top-level await of its module never settled: nothing is left to wait for'));
  };
  process.once('beforeExit', neverSettled);
  try {
    // What not every start needs is loaded where it is used: each file costs a start more than a millisecond.
    if (typescript) await import('../ts.js');
    const module = (await import(href)) as object;
    if (exposeModule) expose(module, parent);
  } catch (error) {
    refuse(parent, error instanceof Error ? error : await thrownValue(error));
  } finally {
    process.off('beforeExit', neverSettled);
  }
}

async function thrownValue(value: unknown): Promise<Error> {
  const { inspect } = await import('node:util');
  return new Error(`its module threw ${inspect(value)}`, { cause: value });
}

function refuse(parent: Transport, error: Error): void {
  const link = linkOf(parent);
  link.sendStop(error);
  link.outbox.flush();
  process.exitCode = 1;
}
