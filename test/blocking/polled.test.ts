import { connectionOf, get } from '@remoteobj/core';
import { assert } from '../support/suite.js';
import { childTest, kinds, thrownBy } from './kinds.js';

const polled = new URL('./modules/polled.js', import.meta.url);
/** Too large for a ring or the buffers of a pipe. */
const large = 6 * 2 ** 20;

for (const kind of kinds) {
  childTest(kind, polled, 'an object in a loop is read, set, called and stopped from here', async ({ remote }) => {
    const steps = (await remote.steps) as number;
    assert.ok(((await remote.steps) as number) > steps, 'it goes on by itself');
    remote.gain = 5;
    assert.is(await remote.gain, 5);
    assert.is(await remote.add(1, 2), 3);
    const error = await assert.rejects(() => remote.fail(), RangeError);
    assert.is((error as Error).message, 'as asked');
    const seen: number[] = [];
    await remote.call((n: number) => void seen.push(n));
    assert.ok((seen[0] as number) > steps);
    assert.is(await remote.turned, false);
    remote.running = false;
  });

  childTest(kind, polled, 'an object in a loop serves those who block, in one order', async ({ remote, blocking }) => {
    for (let i = 0; i < 200; i++) {
      remote.gain = i; // not awaited
      assert.is(get(blocking.gain), i);
      assert.is(blocking.add(i, 1), i + 1);
    }
    assert.instance(
      thrownBy(() => blocking.fail()),
      RangeError,
    );
    assert.is(get(blocking.turned), false);
    blocking.running = false;
  });

  childTest(kind, polled, 'what is large comes to an object in a loop, and from it', async ({ remote, blocking }) => {
    const bytes = new Uint8Array(large);
    for (let i = 0; i < 5; i++) {
      assert.is(await remote.take(bytes), large);
      assert.is((await remote.give(large)).length, large);
      assert.is(blocking.take(bytes), large);
      assert.is(blocking.give(large).length, large);
    }
    assert.is(await remote.turned, false);
    blocking.running = false;
  });

  childTest(kind, polled, 'a sleep between two steps ends when something comes', async ({ remote, blocking }) => {
    const since = performance.now();
    blocking.sleeps = true;
    for (let i = 0; i < 5; i++) {
      assert.is(blocking.add(i, 1), i + 1);
      assert.is(await remote.add(i, 2), i + 2);
    }
    blocking.running = false;
    const passed = performance.now() - since;
    assert.ok(passed < 5000, `one sleep takes 10,000 ms, all of this took ${passed}`);
  });

  childTest(kind, polled, 'promises that an object in a loop settles by itself are answered', async (parts) => {
    const { remote, blocking } = parts;
    assert.is(await remote.addSoon(1, 2), 3);
    assert.is(blocking.addSoon(3, 4), 7);
    await assert.rejects(() => remote.failSoon(), /by a promise/);
    assert.match(thrownBy(() => blocking.failSoon()).message, /by a promise/);
    const arrivals = [remote.arrival(), remote.arrival()];
    assert.is(await remote.add(1, 1), 2); // they are open over there
    remote.arrive('a letter');
    assert.equal(await Promise.all(arrivals), ['a letter', 'a letter']);
    assert.is(await remote.turned, false);
    blocking.running = false;
  });

  childTest(kind, polled, 'an object in a loop takes results of calls under way as arguments', async (parts) => {
    const { remote, blocking } = parts;
    const three = remote.add(1, 2);
    assert.is(await remote.add(three, remote.addSoon(three, 4)), 10);
    const word = remote.arrival();
    const together = remote.add(word, word);
    const flushed = connectionOf(remote).flush();
    remote.arrive('ha');
    assert.is(await together, 'haha');
    await flushed;
    assert.is(await remote.turned, false);
    blocking.running = false;
  });

  childTest(kind, polled, 'an object in a loop is iterated, and its producers clean up', async (parts) => {
    const { remote, blocking } = parts;
    const got: number[] = [];
    for await (const item of remote.upTo(100)) got.push(item);
    assert.is(got.length, 100);
    for await (const item of remote.upTo(1000)) if (item === 3) break;
    assert.is(await remote.cleaned, 2);
    for (const item of blocking.upTo(1000)) if (item === 40) break;
    assert.is([...blocking.upTo(100)].length, 100);
    assert.is(await remote.cleaned, 4);
    assert.is(connectionOf(remote).stats().streams, 0);
    assert.is(await remote.turned, false);
    blocking.running = false;
  });
}
