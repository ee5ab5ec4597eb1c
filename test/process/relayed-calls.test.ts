/** Calls that a pool or a supervised child passes on to one of several connections. */
import { inline, pool, spawnThread, withOptions } from 'remoteobj';
import { assert, test } from '../support/suite.js';
import type * as Modules from './modules/waiting.js';

const module = new URL('./modules/waiting.js', import.meta.url);
const restart = { times: 3, within: 60_000, delay: 1 };
const threaded = { size: 1, threaded: true };

/** What stands below the stack of over there. */
async function placeOf(call: () => PromiseLike<unknown>): Promise<string> {
  const error = (await assert.rejects(call)) as Error;
  return error.stack?.split('at --- remote call ---')[1] ?? 'nothing';
}

/** Names this file, and none that the user has not written. */
function assertHere(place: string): void {
  assert.match(place, /relayed-calls\.test/);
  assert.not.match(place, /packages/);
}

test('errors of calls on a pool name the line of the call, whether that had to wait or not', async () => {
  await using workers = pool<typeof Modules>(module, threaded);
  assertHere(await placeOf(() => workers.remote.fail('waits')));
  assertHere(await placeOf(() => workers.remote.fail('is sent')));
  assertHere(await placeOf(() => workers.pin('key').fail('pinned')));
  assertHere(await placeOf(() => (workers.remote.add as unknown as { none(): Promise<void> }).none()));
});

test('errors of calls on a supervised child, and on objects that are rebuilt, name the line of the call', async () => {
  await using child = await spawnThread<typeof Modules>(module, { restart, rebuild: true });
  const counted = (await new child.remote.Counted()) as unknown as { nope(): PromiseLike<void> };
  assertHere(await placeOf(() => child.remote.fail('is sent')));
  assertHere(await placeOf(() => counted.nope()));
  await assert.rejects(() => child.remote.exit(1));
  assertHere(await placeOf(() => child.remote.fail('waits')));
});

test('errors of the calls of a map name the line of the map', async () => {
  await using workers = pool<typeof Modules>(module, threaded);
  assertHere(await placeOf(() => workers.map(workers.remote.fail, ['one', 'two'])));
  const fails = inline((item: string) => {
    throw new Error(item);
  });
  assertHere(await placeOf(() => workers.map(fails, ['one'])));
});

test('many calls with one signal that wait add one listener to it', async () => {
  await using workers = pool<typeof Modules>(module, threaded);
  const warnings: Error[] = [];
  const heard = (warning: Error): void => void warnings.push(warning);
  process.on('warning', heard);
  const { signal } = new AbortController();
  const calls = Array.from({ length: 30 }, (_, i) => withOptions(workers.remote.add, { signal })(i, 1));
  assert.is((await Promise.all(calls)).length, 30);
  process.off('warning', heard);
  assert.equal(warnings, []);
});

test('a signal that aborts while calls wait refuses all of them', async () => {
  await using workers = pool<typeof Modules>(module, threaded);
  const controller = new AbortController();
  const { signal } = controller;
  const calls = [1, 2, 3].map((n) => assert.rejects(() => withOptions(workers.remote.add, { signal })(n, 1), /enough/));
  controller.abort(new Error('enough'));
  await Promise.all(calls);
});
