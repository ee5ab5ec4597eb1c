import { isRemote } from '@remoteobj/core';
import { pair, until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Worker {
  readonly n = 21;
  readonly nested = { list: [1, 2, 3] };
  made = 0;
  list(): number[] {
    return [1, 2, 3];
  }
  make(): object {
    this.made++;
    return new (class {
      value = 4;
    })();
  }
  fail(): never {
    throw new RangeError('of the first');
  }
  sum(numbers: number[]): number {
    return numbers.reduce((a, b) => a + b, 0);
  }
  double(x: number): number {
    return x * 2;
  }
  kinds(value: Record<string, unknown>): string[] {
    return Object.values(value).map((part) => typeof part);
  }
  async ask(fn: () => unknown): Promise<unknown> {
    return fn();
  }
}

test('views and calls of another connection are arguments by their values', async () => {
  const worker = new Worker();
  const a = await pair(worker);
  const b = await pair(new Worker());
  assert.is(await b.any.sum(a.any.list()), 6);
  assert.is(await b.any.sum(a.any.nested.list), 6);
  assert.is(await b.any.double(a.any.n), 42);
  assert.equal(await b.any.kinds({ n: a.any.n, list: a.any.list() }), ['number', 'object']);
  assert.equal(await b.any.ask(() => ({ n: a.any.n })), { n: 21 });
  const call = a.any.make();
  assert.equal(await b.any.kinds({ call, again: call }), ['function', 'function']);
  assert.is(worker.made, 1, 'a call runs once, however often it is an argument');
  await assert.rejects(b.any.double(a.any.fail()), (error: Error) => error.message === 'of the first');
  await a.close();
  await b.close();
});

test('a remote of another connection as an argument stays a reference', async () => {
  const a = await pair(new Worker());
  const b = await pair(new Worker());
  const made = await a.any.make();
  assert.ok(isRemote(made));
  assert.ok((await b.any.ask(() => made)) === made);
  assert.is(await b.any.ask(async () => made.value), 4);
  await until(() => b.server.stats().imported === 0 || (globalThis.gc?.(), false));
  await a.close();
  await b.close();
});
