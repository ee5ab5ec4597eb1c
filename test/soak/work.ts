/** What is done with a child again and again: calls, errors, cancels, streams, callbacks, references, bytes; awaiting and blocking. */
import { release, sync, withOptions } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';
import { turn, type Untyped } from '../support/pair.js';
import { assert } from '../support/suite.js';

export type Work = (remote: Untyped) => Promise<void>;

const bytes = new Uint8Array(100_000).fill(7);
/** Milliseconds for whatever blocks; while it does, nothing else can notice that it hangs. */
const timeout = 30_000;

/** What the errors say that nobody awaits. */
export const unheard = 'nobody awaits this';

/** One each of everything; each rejects when something else comes than should, or with the child's death. */
export const works: Readonly<Record<string, Work>> = {
  async calls(remote) {
    const sums = await Promise.all(Array.from({ length: 50 }, (_value, i) => remote.add(i, 1)));
    for (const [i, sum] of sums.entries()) assert.is(sum, i + 1);
  },
  async errors(remote) {
    expectA(await failureOf(remote.failWith(new RangeError('asked for'))), RangeError);
  },
  async 'errors that nobody awaits'(remote) {
    remote.failWith(new RangeError(unheard));
    assert.is(await remote.add(1, 2), 3); // answered after it
  },
  async cancels(remote) {
    const abort = new AbortController();
    const reason = new RangeError('not wanted any more');
    const failure = failureOf(withOptions(remote.hang, { signal: abort.signal })());
    await turn();
    abort.abort(reason);
    const error = await failure;
    if (error !== reason) throw error;
  },
  async 'time limits'(remote) {
    expectA(await failureOf(withOptions(remote.hang, { timeout: 2 })()), TimeoutError);
  },
  async 'streams of the child'(remote) {
    let taken = 0;
    for await (const item of remote.endless()) {
      assert.is(item, taken);
      if (++taken === 50) break;
    }
  },
  async 'streams of ours'(remote) {
    const items = async function* (): AsyncGenerator<number> {
      for (let i = 1; i <= 40; i++) yield i;
    };
    assert.is(await remote.sum(items()), 820);
  },
  async callbacks(remote) {
    assert.is(await remote.callBack((n: number) => n + 1, 4), 5);
  },
  async references(remote) {
    const counter = await new remote.Counter();
    try {
      assert.is(await counter.add(), 1);
    } finally {
      release(counter);
    }
  },
  async bytes(remote) {
    const back = (await remote.echo(bytes)) as Uint8Array;
    assert.is(back.length, bytes.length);
    assert.ok(back.every((byte) => byte === 7));
  },
  async 'blocking calls'(remote) {
    const add = sync(withOptions(remote.add, { timeout }));
    for (let i = 0; i < 20; i++) assert.is(add(i, 1), i + 1);
  },
  async 'blocking errors'(remote) {
    const failWith = sync(withOptions(remote.failWith, { timeout }));
    expectA(
      thrownBy(() => failWith(new RangeError('asked for'))),
      RangeError,
    );
  },
  async 'blocking time limits'(remote) {
    expectA(
      thrownBy(() => sync(withOptions(remote.hang, { timeout: 2 }))()),
      TimeoutError,
    );
  },
  async 'blocking callbacks'(remote) {
    const callBack = sync(withOptions(remote.callBack, { timeout }));
    assert.is(
      callBack((n: number) => sync(remote).add(n, 1) as number, 4),
      5,
    );
  },
  async 'blocking streams'(remote) {
    let taken = 0;
    for (const item of sync(withOptions(remote.endless, { timeout }))()) {
      assert.is(item, taken);
      if (++taken === 50) break;
    }
  },
};

/** Throws what came unless it is of the class; a death, for one, goes on to whoever knows whether there was a kill. */
function expectA(error: unknown, Class: typeof RangeError | typeof TimeoutError): void {
  if (!(error instanceof Class)) throw error;
}

async function failureOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('a failure was expected');
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('a failure was expected');
}
