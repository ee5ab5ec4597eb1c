/**
 * Adds cases of faults: each on every kind of link, awaiting and blocking, and each followed by the same question: is anything left of it?
 */
import { connectionOf, sync, type Connection } from '@remoteobj/core';
import type { Spawned, SpawnOptions } from '@remoteobj/process';
import { kinds, mappedFiles, type Kind } from '../blocking/kinds.js';
import { turn, type Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';

export type Mode = 'async' | 'blocking';

/** What became of an operation. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: Untyped;
}

/** Where a case is played. */
export interface Scene {
  readonly kind: Kind;
  readonly mode: Mode;
  /** Starts a child; it is closed after the case, if it lives. */
  start(options?: SpawnOptions): Promise<Spawned<Untyped>>;
  /** The connection is one of the case: nothing may be left of it. */
  watch(connection: Connection): void;
  /** The remote as this case uses it. */
  face(remote: Untyped): Untyped;
  /** Does something with the remote's face, and says how it ended. */
  outcome(remote: Untyped, action: (face: Untyped) => unknown): Promise<Outcome>;
  /** Iterates until the items end or `take` says false. */
  each(remote: Untyped, open: (face: Untyped) => Untyped, take: (item: Untyped) => unknown): Promise<void>;
}

/** Which kinds and modes a case is for; default: all but the bare port. */
export interface Scope {
  readonly kinds?: (kind: Kind) => boolean;
  readonly modes?: readonly Mode[];
  readonly timeout?: number;
}

export const onlyProcesses = (kind: Kind): boolean => kind.isProcess;
export const onlyThreads = (kind: Kind): boolean => !kind.isProcess;
export const everyKind = (): boolean => true;
/** A bare port has a case for each death; what is on the wire is the same as beside a ring. */
const usual = (kind: Kind): boolean => kind.name !== 'thread over a port';

const victim = new URL('./modules/victim.js', import.meta.url);
let added = 0;
let passed = 0;
// test/run.ts adds up what each file says.
process.once('exit', () => console.log(`\nfaults: ${added} cases, ${passed} passed`));

/** Adds a case; `name` says what goes wrong and what becomes of it. */
export function fault(name: string, body: (scene: Scene) => unknown, scope: Scope = {}): void {
  for (const kind of kinds.filter(scope.kinds ?? usual)) {
    for (const mode of scope.modes ?? (['async', 'blocking'] as const)) {
      added++;
      test(`${kind.name}, ${mode}: ${name}`, () => played(kind, mode, body), { timeout: scope.timeout ?? 20_000 });
    }
  }
}

async function played(kind: Kind, mode: Mode, body: (scene: Scene) => unknown): Promise<void> {
  const nothingLeft = watchAll();
  const rejections: unknown[] = [];
  const heard = (error: unknown): void => void rejections.push(error);
  process.on('unhandledRejection', heard);
  const children: Spawned<Untyped>[] = [];
  const connections: Connection[] = [];
  try {
    await body(scene(kind, mode, children, connections));
    await Promise.all(children.map((child) => child.close()));
  } finally {
    await Promise.all(children.map((child) => child.kill('SIGKILL')));
  }
  await nothingLeft(connections);
  process.off('unhandledRejection', heard);
  assert.equal(rejections.map(String), [], 'unhandled rejections');
  passed++;
}

function scene(kind: Kind, mode: Mode, children: Spawned<Untyped>[], connections: Connection[]): Scene {
  const face = (remote: Untyped): Untyped => (mode === 'blocking' ? sync(remote) : remote);
  return {
    kind,
    mode,
    face,
    watch: (connection) => void connections.push(connection),
    async start(options) {
      const child = await kind.start<Untyped>(victim, { name: 'victim', ...options });
      children.push(child);
      connections.push(connectionOf(child.remote));
      return child;
    },
    async outcome(remote, action) {
      try {
        return { value: await action(face(remote)) };
      } catch (error) {
        return { error };
      }
    },
    async each(remote, open, take) {
      const items = open(face(remote));
      if (mode === 'blocking') {
        for (const item of items) if (take(item) === false) return;
      } else {
        for await (const item of items) if (take(item) === false) return;
      }
    },
  };
}

/** What this process holds now; the function given waits until it holds no more, and the connections nothing. */
function watchAll(): (connections: readonly Connection[]) => Promise<void> {
  const left = watchLeftovers();
  const [timers, mapped] = [timersHeld(), mappedFiles()];
  return async (connections) => {
    const deadline = performance.now() + 2000;
    const settled = (): boolean =>
      connections.every(isEmpty) && timersHeld() <= timers && (mappedFiles() ?? 0) <= (mapped ?? 0);
    while (!settled() && performance.now() < deadline) await turn();
    for (const connection of connections) assert.equal(counts(connection), none);
    assert.ok(timersHeld() <= timers, `left behind: ${timersHeld() - timers} timers`);
    assert.ok((mappedFiles() ?? 0) <= (mapped ?? 0), 'left behind: memory that is shared');
    await left.assertNone();
  };
}

const none = { pending: 0, running: 0, exported: 0, imported: 0, kept: 0, streams: 0 };

/** Pending calls, references and streams. */
function counts(connection: Connection): typeof none {
  const { pending, running, exported, imported, kept, streams } = connection.stats();
  return { pending, running, exported, imported, kept, streams };
}

function isEmpty(connection: Connection): boolean {
  return Object.values(counts(connection)).every((count) => count === 0);
}

function timersHeld(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
