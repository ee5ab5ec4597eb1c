/** Objects that are made anew after a death, and what is kept for that. */
import { connect, connectionOf, spawn, spawnThread, sync, transfer } from 'remoteobj';
import type { Spawned } from 'remoteobj';
import { until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';
import type * as Modules from './modules/waiting.js';

const module = new URL('./modules/waiting.js', import.meta.url);
const restart = { times: 3, within: 60_000, delay: 1, rebuild: true };

async function die(child: Spawned<typeof Modules>): Promise<void> {
  await assert.rejects(() => child.remote.exit(1));
}

test('an object is made anew of what its arguments were when it was made', async () => {
  await using child = await spawnThread<typeof Modules>(module, { restart });
  const bytes = new Uint8Array([7, 8]);
  const options = { deep: { n: 1 } };
  const holder = await new child.remote.Holder([bytes, options]);
  const nested = await new (holder.nested(options) as unknown as new () => typeof holder)();
  bytes[0] = 55;
  options.deep.n = 2;
  for (let life = 1; life <= 2; life++) {
    await die(child);
    assert.equal(await holder.held(), [new Uint8Array([7, 8]), { deep: { n: 1 } }]);
    assert.equal(await nested.held(), { deep: { n: 1 } });
  }
});

test('an object that was given a moved buffer is made anew with what was in it', async () => {
  await using child = await spawnThread<typeof Modules>(module, { restart });
  const bytes = new Uint8Array([7, 8]);
  const holder = await new child.remote.Holder(transfer(bytes, [bytes.buffer]));
  assert.is(bytes.byteLength, 0, 'moved');
  await die(child);
  assert.equal(await holder.held(), new Uint8Array([7, 8]));
});

test('an object that a blocking call made is made anew likewise', async () => {
  await using child = await spawn<typeof Modules>(module, { restart });
  const bytes = new Uint8Array([7, 8]);
  const holder = new (sync(child.remote).Holder)(bytes) as unknown as { held(): unknown };
  bytes[0] = 55;
  await die(child);
  await child.remote.add(1, 2);
  assert.equal(holder.held(), new Uint8Array([7, 8]));
});

test('objects that nobody holds any more are given back, and not made anew', async () => {
  await using child = await spawn<typeof Modules>(module, { restart });
  const kept = await new child.remote.Counted();
  const { imported } = connectionOf(connect(child.transport)).stats();
  for (let i = 0; i < 50; i++) await (await new child.remote.Counted()).id();
  // One may still be in a register.
  const left = (): number => connectionOf(connect(child.transport)).stats().imported - imported;
  await until(() => left() <= 2 || (globalThis.gc?.(), false));
  await die(child);
  assert.ok((await kept.id()) <= 3);
});

test('the error of an unawaited call of such an object is told by close', async () => {
  const child = await spawnThread<typeof Modules>(module, { restart });
  const counted = (await new child.remote.Counted()) as unknown as { nope(n: number): Promise<void> };
  void counted.nope(1);
  await assert.rejects(child.close(), /nope/);
});
