/** Children that die in the middle of something. */
import { Worker } from 'node:worker_threads';
import { connect, connectionOf, waitUntilListening } from '@remoteobj/core';
import { RemoteDiedError } from '@remoteobj/except';
import type { Spawned } from '@remoteobj/process';
import { messagePort } from '@remoteobj/transport';
import type { Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';
import { everyKind, fault, onlyProcesses, onlyThreads, type Outcome, type Scene } from './fault.js';
import type { How } from './modules/victim.js';

const quiet = { stdio: ['ignore', 'ignore', 'pipe'] } as const;

/** What is asked of a child when it dies. */
const moments: readonly (readonly [string, (face: Untyped, how: How) => unknown])[] = [
  ['in a call', (face, how) => face.dieInCall(how)],
  ['in a constructor', (face, how) => new face.DiesWhenMade(how)],
  ['while a callback runs here', (face, how) => face.callBack(() => face.dieInCall(how))],
];

for (const how of ['SIGKILL', 'SIGSEGV', 'exit'] as const) {
  const scope = { kinds: how === 'exit' ? everyKind : onlyProcesses };
  for (const [moment, die] of moments) {
    fault(
      `${how} ${moment} is told to whoever waits, and to all later`,
      async (scene) => {
        const child = await scene.start();
        await checkDeath(scene, child, await scene.outcome(child.remote, (face) => die(face, how)), how);
      },
      scope,
    );
  }

  fault(
    `${how} in a stream ends it with an error`,
    async (scene) => {
      const child = await scene.start();
      const items: number[] = [];
      const outcome = await scene.outcome(child.remote, () =>
        scene.each(
          child.remote,
          (face) => face.dieInStream(how),
          (item) => items.push(item),
        ),
      );
      assert.equal(items, [1, 2, 3].slice(0, items.length));
      await checkDeath(scene, child, outcome, how);
    },
    scope,
  );

  fault(
    `${how} of a child that consumes a stream of ours ends the producer`,
    async (scene) => {
      const child = await scene.start();
      let ended = 0;
      const produce = async function* (): AsyncGenerator<number> {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          ended++;
        }
      };
      const outcome = await scene.outcome(child.remote, (face) => face.dieAsConsumer(produce(), 40, how));
      await checkDeath(scene, child, outcome, how);
      assert.is(ended, 1);
    },
    // A producer that awaits cannot be served while this thread blocks.
    { ...scope, modes: ['async'] },
  );
}

fault(
  'a kill from here, in a callback, ends the call',
  async (scene) => {
    const child = await scene.start();
    let killed: Promise<unknown> | undefined;
    const outcome = await scene.outcome(child.remote, (face) =>
      face.tellAndHang(() => {
        killed = child.kill('SIGKILL');
      }),
    );
    checkError(outcome.error);
    await killed;
    assert.is((await child.exited).reason, 'killed');
  },
  { kinds: everyKind },
);

fault(
  'SIGKILL in the middle of an answer of 64 MiB leaves nothing of it',
  async (scene) => {
    const child = await scene.start();
    const outcome = await scene.outcome(child.remote, (face) => face.dieAnswering(2 ** 26, 'SIGKILL'));
    await checkDeath(scene, child, outcome, 'SIGKILL');
  },
  { kinds: onlyProcesses },
);

for (const code of [0, 9]) {
  fault(`exit with ${code} inside of a call is a death with that code`, async (scene) => {
    const child = await scene.start();
    const { error } = await scene.outcome(child.remote, (face) => face.exit(code));
    checkError(error);
    assert.equal([error.exitCode, error.signal], [code, null]);
  });
}

for (const [what, method] of [
  ['an exception that nothing catches', 'throwMeanwhile'],
  ['a rejection that nobody handles', 'rejectMeanwhile'],
] as const) {
  fault(
    `${what} ends the child and its calls`,
    async (scene) => {
      const child = await scene.start(scene.kind.isProcess ? quiet : {});
      const { error } = await scene.outcome(child.remote, (face) => face[method]());
      checkError(error);
      assert.equal([error.exitCode, error.signal], [1, null]);
    },
    { kinds: everyKind },
  );
}

fault(
  'a child whose heap is exhausted is a death by SIGABRT that says so',
  async (scene) => {
    const child = await scene.start({ ...quiet, execArgv: ['--max-old-space-size=32'] });
    const { error } = await scene.outcome(child.remote, (face) => face.fillMemory());
    checkError(error);
    assert.is(error.signal, 'SIGABRT');
    await child.exited;
    assert.match(child.stderrTail, 'heap');
  },
  { kinds: onlyProcesses },
);

fault(
  'a thread whose heap is exhausted is a death, and its reason is told to whoever does not block',
  async (scene) => {
    const worker = new Worker(new URL('./modules/on-port.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    const reason = new Promise<Untyped>((resolve) => worker.on('error', resolve));
    try {
      const remote = connect<Untyped>(messagePort(worker, { peer: 'child' }));
      scene.watch(connectionOf(remote));
      await waitUntilListening(remote);
      const { error } = await scene.outcome(remote, (face) => face.fillMemory());
      checkError(error);
      assert.is((await reason).code, 'ERR_WORKER_OUT_OF_MEMORY');
      // Node says why in an event, which nobody hears who blocks.
      if (scene.mode === 'async') assert.equal([error.exitCode, error.cause.cause], [1, await reason]);
    } finally {
      await worker.terminate();
    }
  },
  { kinds: onlyThreads },
);

fault(
  'a child that is stopped and then killed is a death',
  async (scene) => {
    const child = await scene.start();
    const outcome = await scene.outcome(child.remote, (face) =>
      face.tellAndHang(() => {
        process.kill(child.pid as number, 'SIGSTOP');
        process.kill(child.pid as number, 'SIGKILL');
      }),
    );
    await checkDeath(scene, child, outcome, 'SIGKILL');
  },
  { kinds: onlyProcesses },
);

fault('1,000 calls under way are all told of a death, whatever they are', async (scene) => {
  const child = await scene.start();
  const calls = Array.from({ length: 1000 }, (_value, i) =>
    Promise.resolve(i % 2 === 0 ? child.remote.hang() : child.remote.callBack(() => new Promise(() => {}))).catch(
      (error: unknown) => error,
    ),
  );
  const { error } = await scene.outcome(child.remote, (face) => face.dieInCall('exit'));
  for (const one of [error, ...(await Promise.all(calls))]) checkError(one as Untyped);
});

async function checkDeath(scene: Scene, child: Spawned<Untyped>, { error }: Outcome, how: How): Promise<void> {
  checkError(error);
  assert.equal([error.exitCode, error.signal], how === 'exit' ? [7, null] : [null, how]);
  for (const use of [
    (face: Untyped): unknown => face.add(1, 2),
    (face: Untyped): unknown => face.echo({ part: 1 }).part, // a failure that another one builds on is told once
    (): Promise<void> =>
      scene.each(
        child.remote,
        (face) => face.endless(),
        () => {},
      ),
  ]) {
    const later = await scene.outcome(child.remote, use);
    assert.instance(later.error, RemoteDiedError);
    assert.is(later.error.executed, 'no');
  }
  assert.is((await child.exited).signal, how === 'exit' ? null : how);
}

function checkError(error: Untyped): void {
  assert.instance(error, RemoteDiedError);
  assert.is(error.executed, 'unknown');
}
