/** What the system does to processes: descriptors run out, clocks jump, others inherit, numbers are used again. */
import { ChildProcess, spawn as spawnProgram } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { withOptions } from '@remoteobj/core';
import { RemoteDiedError, TimeoutError } from '@remoteobj/except';
import { assert } from '../support/suite.js';
import { fault, onlyProcesses, type Scene } from './fault.js';

const few = fileURLToPath(new URL('./modules/few-descriptors.ts', import.meta.url));
const flooded = fileURLToPath(new URL('./modules/flooded.ts', import.meta.url));
/** MiB of standard output. */
const flood = 100;

fault(
  'no descriptor is left for a start: it fails, nothing is left of it, and the next one works',
  async (scene) => {
    const { code, stderr } = await program(scene, 'ulimit -n 64; exec "$@"', few);
    assert.is(code, 0, stderr);
  },
  { modes: ['async'] },
);

fault(
  `${flood} MiB of bytes on standard output arrive there, and disturb no call, awaited or blocking`,
  async (scene) => {
    const { code, bytes, stderr } = await program(scene, 'exec "$@"', flooded, String(flood));
    assert.equal([code, bytes], [0, flood * 2 ** 20], stderr);
  },
  { modes: ['async'] },
);

fault(
  'a grandchild that has every descriptor of a child that died keeps nobody waiting',
  async (scene) => {
    const child = await scene.start();
    const grandchild = (await child.remote.startGrandchild()) as number;
    try {
      const { error } = await scene.outcome(child.remote, (face) => face.dieInCall('SIGKILL'));
      assert.instance(error, RemoteDiedError);
      assert.is(error.signal, 'SIGKILL');
      assert.ok(process.kill(grandchild, 0), 'it was there all the time');
    } finally {
      process.kill(grandchild, 'SIGKILL');
    }
  },
  { kinds: onlyProcesses },
);

for (const [direction, hours] of [
  ['back', -1],
  ['forward', 1],
] as const) {
  fault(`clocks that jump ${direction} by an hour whenever they are read change no limit and no end`, async (scene) => {
    const child = await scene.start();
    await child.remote.spoilClock(hours);
    const { now } = Date;
    let jumped = 0;
    Date.now = () => now() + 3_600_000 * (jumped += hours);
    try {
      const late = await scene.outcome(child.remote, (face) => withOptions(face.hang, { timeout: 20 })());
      assert.instance(late.error, TimeoutError);
      const { value } = await scene.outcome(child.remote, (face) => withOptions(face.add, { timeout: 10_000 })(1, 2));
      assert.is(value, 3);
      const { error } = await scene.outcome(child.remote, (face) => face.dieInCall('exit'));
      assert.instance(error, RemoteDiedError);
      await child.close();
    } finally {
      Date.now = now;
    }
  });
}

fault(
  'nobody is sent a signal who may have got the number of a child that ended',
  async (scene) => {
    const child = await scene.start();
    await scene.outcome(child.remote, (face) => face.dieInCall('SIGKILL'));
    await child.exited;
    const sent: unknown[] = [];
    const { kill } = process;
    const killChild = ChildProcess.prototype.kill;
    process.kill = (pid) => {
      sent.push(pid);
      return true;
    };
    ChildProcess.prototype.kill = function (this: ChildProcess, signal) {
      const done = killChild.call(this, signal);
      if (done) sent.push(this.pid);
      return done;
    };
    try {
      await child.kill();
      await child.kill('SIGKILL');
      await child.close();
    } finally {
      process.kill = kill;
      ChildProcess.prototype.kill = killChild;
    }
    assert.equal(sent, []);
  },
  { kinds: onlyProcesses },
);

/** Runs a program of `modules/` by a line of the shell, and counts what it prints. */
async function program(
  { kind }: Scene,
  line: string,
  script: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly bytes: number; readonly stderr: string }> {
  const node = [process.execPath, '--import', '@remoteobj/process/ts', script];
  const child = spawnProgram('sh', ['-c', line, 'sh', ...node, kind.isProcess ? 'process' : 'thread', ...args], {
    stdio: ['inherit', 'pipe', 'pipe'],
    env: { ...process.env, REMOTEOBJ_LINK: kind.name.includes('pipe') ? 'pipe' : 'ring' },
  });
  let [bytes, stderr] = [0, ''];
  child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, bytes, stderr };
}
