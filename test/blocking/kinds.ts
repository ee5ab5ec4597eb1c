/** What blocking use is tried on: each kind of process or thread, and each kind of link to it. */
import { readFileSync } from 'node:fs';
import { spawn, spawnThread, type Spawned } from '@remoteobj/process';
import type { SpawnOptions } from '@remoteobj/process';
import { sync } from '@remoteobj/core';
import type { Untyped } from '../support/pair.js';
import { runs } from '../support/properties.js';
import { test, watchLeftovers } from '../support/suite.js';

export interface Kind {
  readonly name: string;
  readonly isProcess: boolean;
  start<M>(module: URL, options?: SpawnOptions): Promise<Spawned<M>>;
}

type Start = <M>(module: URL, options?: SpawnOptions) => Promise<Spawned<M>>;

/** Without native calls there is no ring between processes; whoever wants that loads `without-native.test.ts`. */
const native = process.env['REMOTEOBJ_NATIVE'] !== 'off';

export const processes: readonly Kind[] = native
  ? [kind('process over a ring', true, 'ring', spawn), kind('process over a pipe', true, 'pipe', spawn)]
  : [kind('process over a pipe without native calls', true, 'pipe', spawn)];

export const kinds: readonly Kind[] = native
  ? [
      ...processes,
      kind('thread over a ring', false, undefined, spawnThread),
      kind('thread over a port', false, 'port', spawnThread),
    ]
  : processes;

function kind(name: string, isProcess: boolean, link: string | undefined, start: Start): Kind {
  return {
    name,
    isProcess,
    async start(module, options) {
      const before = process.env['REMOTEOBJ_LINK'];
      if (link !== undefined) process.env['REMOTEOBJ_LINK'] = link;
      try {
        return await start(module, options);
      } finally {
        if (before === undefined) delete process.env['REMOTEOBJ_LINK'];
        else process.env['REMOTEOBJ_LINK'] = before;
      }
    },
  };
}

/** Calls of a test that makes very many: all of them where they are quick. */
export function callsOn({ name }: Kind): number {
  return runs(name.includes('ring') ? 100_000 : 10_000);
}

/** Files of this library's that this process has mapped; undefined where that cannot be seen. */
export function mappedFiles(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const lines = readFileSync('/proc/self/maps', 'latin1').split('\n');
  return lines.filter((line) => line.includes('remoteobj') && line.endsWith('(deleted)')).length;
}

/** A child of one test. */
export interface Parts {
  /** The child's module, blocking; of these the types say nothing. */
  readonly blocking: Untyped;
  readonly remote: Untyped;
  readonly child: Spawned<Untyped>;
}

/** Adds a test with a child of its own, after which nothing may be left. */
export function childTest(
  kind: Kind,
  module: URL,
  name: string,
  body: (parts: Parts) => unknown,
  options?: { readonly timeout?: number },
): void {
  const run = async (): Promise<void> => {
    const left = watchLeftovers();
    const child = await kind.start<Untyped>(module, { name: 'child' });
    try {
      await body({ child, remote: child.remote, blocking: sync(child.remote) });
    } catch (error) {
      await child.kill();
      throw error;
    }
    await child.close();
    await left.assertNone();
  };
  test(`${kind.name}: ${name}`, run, options);
}

/** What an action throws; undefined when it does not. */
export function thrownBy(action: () => unknown): Untyped {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
