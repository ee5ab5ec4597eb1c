import { connect, connectionOf, expose } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import type { Untyped } from '../support/pair.js';
import { fc, runs } from '../support/properties.js';
import { assert, test } from '../support/suite.js';
import { directly, type Direct } from './directly.js';
import { build, kept } from './graph.js';
import { differ, outcome, type Outcome } from './outcome.js';
import { printBurst, program, type Burst, type Program } from './program.js';
import { remotely, type Recorded } from './remotely.js';
import { difference, snapshot, Twins } from './same.js';
import type { Step } from './steps.js';

test(
  'recording and evaluating is doing it directly: results, errors and final state',
  () => fc.assert(fc.asyncProperty(program, compared), { numRuns: runs(1000), includeErrorInReport: true }),
  { timeout: 300_000 },
);

/** Does everything to an object and, by a connection, to its twin. */
async function compared({ graph, bursts }: Program): Promise<void> {
  const [here, there] = [build(graph), build(graph)];
  const [a, b] = memoryPair();
  expose(there, a);
  const remote: Untyped = connect(b);
  const references = new Twins();
  references.pair(here, remote);
  for (const burst of bursts) {
    const expected = await Promise.all(burstHere(here, burst));
    const actual = await Promise.all(burstThere(remote, burst));
    for (const [i, one] of expected.entries()) {
      const found = differ(one, actual[i] as Outcome, references);
      assert.ok(found === undefined, `r${i}: ${found}\n${printBurst(burst)}`);
    }
  }
  here.keep(...references.here);
  await remote.keep(...references.there);
  const found = difference([here, kept.get(here)], [there, kept.get(there)]);
  assert.ok(found === undefined, `afterwards: ${found}`);
  await connectionOf(remote).close();
}

function burstHere(root: object, burst: Burst): Promise<Outcome>[] {
  const before: Direct[] = [];
  const outcomes: Promise<Outcome>[] = [];
  for (const step of burst) {
    try {
      const value = directly(root, step, before);
      before.push(() => value);
      outcomes.push(outcome(value instanceof Promise ? value.then((settled) => snapshot(settled)) : snapshot(value)));
    } catch (error) {
      before.push(() => {
        throw error;
      });
      outcomes.push(outcome(Promise.reject(snapshot(error) as Error))); // its own class, or whatever was thrown
    }
  }
  // Whoever awaits a call again gets what it came to then.
  return outcomes.map((one, i) => outcomes[awaitedAgain(burst[i] as Step) ?? i] ?? one);
}

function awaitedAgain({ base, way, ending }: Step): number | undefined {
  return way.length === 0 && ending.op === 'value' ? base : undefined;
}

function burstThere(remote: unknown, burst: Burst): Promise<Outcome>[] {
  const before: Recorded[] = [];
  return burst.map((step) => {
    const recorded = remotely(remote, step, before);
    before.push(recorded);
    return outcome(recorded.value);
  });
}
