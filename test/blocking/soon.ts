/** Time limits for what is to happen quickly, on machines that are busy. */
import { assert } from '../support/suite.js';

/** Milliseconds that any single try may take. */
const longest = 10_000;
const tries = 5;

/** Does it until it took less than so many milliseconds, a few times at most: one try is late now and then where others work. */
export async function soonOnce(milliseconds: number, what: () => number | Promise<number>): Promise<void> {
  const times: number[] = [];
  do {
    const passed = await what();
    assert.ok(passed < longest, `it took ${passed} ms`);
    times.push(passed);
  } while (times.length < tries && Math.min(...times) >= milliseconds);
  assert.ok(Math.min(...times) < milliseconds, `each try took longer than ${milliseconds} ms: ${times.join(', ')}`);
}
