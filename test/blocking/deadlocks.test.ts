import { DeadlockError } from '@remoteobj/except';
import { connectionOf, sync } from '@remoteobj/core';
import type { Spawned } from '@remoteobj/process';
import type { Untyped } from '../support/pair.js';
import { assert, test, watchLeftovers } from '../support/suite.js';
import { callsOn, childTest, kinds, processes, thrownBy, type Kind } from './kinds.js';
import type * as Peer from './modules/peer.js';
import type * as Waiter from './modules/waiter.js';
import { soonOnce } from './soon.js';

const waiter = new URL('./modules/waiter.js', import.meta.url);
const peer = new URL('./modules/peer.js', import.meta.url);
/** Milliseconds within which a circle is to be found, the best of a few times; the waits themselves say how long they had waited. */
const soon = 250;
/** Calls back of one call, each of which makes one more. */
const perRound = 500;

/** Milliseconds that the circle was closed before it was found. */
function closedFor(error: DeadlockError): number {
  return Math.min(...error.cycle.map(({ waited }) => waited));
}

function check(error: DeadlockError, names: readonly string[]): void {
  assert.instance(error, DeadlockError);
  assert.is(error.code, 'ERR_DEADLOCK');
  assert.match(error.stack ?? '', /(deadlocks\.test|waiter)/, 'it says where the call is');
  assert.equal(
    sorted(error.cycle.map(({ process }) => process)),
    sorted(names),
    'each process of the circle is named once',
  );
  for (const { process, view, waited } of error.cycle) {
    assert.ok(error.message.includes(`${process} waits ${waited} ms for ${view}`), error.message);
    assert.match(view, /\(\)/);
  }
}

for (const kind of kinds) {
  childTest(
    kind,
    waiter,
    'two that wait for each other: one gives way, the other goes on',
    async ({ blocking, remote }) => {
      let called = 0;
      blocking.prepare(() => void called++);
      let outcome: unknown;
      const given = thrownBy(() => (outcome = blocking.trigger()));
      if (given === undefined) assert.is(outcome, 'DeadlockError');
      else assert.is(await remote.trigger(), 'went on'); // blocking, it would be the same again
      assert.is(called, given === undefined ? 0 : 1);
      check(given ?? blocking.thrown(), ['child', `process ${process.pid}`]);
    },
  );

  childTest(
    kind,
    waiter,
    'after a deadlock the connection works on, and the next one is found as well',
    async (parts) => {
      const { blocking, remote } = parts;
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        blocking.prepare(() => {});
        let outcome: unknown;
        const given = thrownBy(() => (outcome = blocking.trigger()));
        assert.is(given?.name ?? outcome, 'DeadlockError');
        // Whoever waits here for the child serves it meanwhile.
        assert.is(await remote.trigger(), given === undefined ? 'DeadlockError' : 'went on');
        times.push(closedFor(given ?? blocking.thrown()));
      }
      assert.ok(Math.min(...times) < soon, `found after ${times.join(', ')} ms`);
      assert.is(connectionOf(remote).stats().pending, 0);
    },
  );

  ringTest(kind.name, [kind, kind, kind]);

  childTest(kind, peer, 'long waits of one chain, to and fro, are no deadlock', ({ blocking }) => {
    // Longer than it takes until a wait asks whether it can end, and again; at each depth.
    const down = (n: number): number => (n === 0 ? blocking.busy(150) : blocking.callBlocking(down, n - 1)[0]);
    assert.is(down(5), 150);
  });

  childTest(
    kind,
    peer,
    'no false alarm in many nested calls while the processors are busy',
    async ({ blocking }) => {
      const load = await kind.start<typeof Peer>(peer);
      const loaded = load.remote.busy(1500);
      const calls = callsOn(kind);
      let longest = 0;
      let sum = 0;
      for (let made = 0; made < calls; made += 2 * perRound) {
        sum += blocking.callOften((n: number) => {
          if (n === 0) longest = Math.max(longest, blocking.busy(30)); // so that the waits around it ask
          return blocking.echo(1);
        }, perRound);
      }
      assert.is(sum, Math.ceil(calls / 2 / perRound) * perRound);
      assert.is(longest, 30);
      await loaded;
      await load.close();
    },
    { timeout: 200_000 },
  );
}

const thread = kinds.find(({ isProcess }) => !isProcess);
if (thread !== undefined && processes[1] !== undefined)
  ringTest('a process, a thread and a process over a pipe', [processes[0] as Kind, thread, processes[1]]);

for (const kind of processes) {
  childTest(
    kind,
    waiter,
    'a wait that leads into a circle without being part of it goes on',
    async ({ child, blocking }) => {
      // The child and its own child block on each other; this process blocks on the child.
      await child.remote.prepareNext('grandchild', child.remote.trigger);
      const [ended, other] = [blocking.trigger(), sync(child.remote).nextOutcome()];
      assert.equal(sorted([ended, other]), ['DeadlockError', 'went on']);
      if (ended === 'DeadlockError') check(blocking.thrown(), ['child', 'grandchild']);
    },
  );
}

function sorted(texts: readonly unknown[]): string[] {
  return texts.map(String).toSorted();
}

/** Three children, each of which blocks on the next. */
function ringTest(what: string, ring: readonly Kind[]): void {
  test(`${what}: three in a ring: one gives way, the others go on`, async () => {
    const left = watchLeftovers();
    const names = ['a', 'b', 'c'];
    const children: Spawned<typeof Waiter>[] = [];
    // One after the other: a kind of link is chosen by the environment.
    for (const [i, name] of names.entries())
      children.push(await (ring[i] as Kind).start<typeof Waiter>(waiter, { name }));
    await soonOnce(soon, async () => {
      for (const [i, child] of children.entries())
        await child.remote.prepare((children[(i + 1) % 3] as Spawned<typeof Waiter>).remote.trigger as Untyped);
      const outcomes = await Promise.all(children.map(({ remote }) => remote.trigger()));
      assert.equal(sorted(outcomes), ['DeadlockError', 'went on', 'went on']);
      const given = children[outcomes.indexOf('DeadlockError')]?.remote;
      const error = (await given?.thrown()) as DeadlockError;
      check(error, names);
      return closedFor(error);
    });
    await Promise.all(children.map((child) => child.close()));
    await left.assertNone();
  });
}
