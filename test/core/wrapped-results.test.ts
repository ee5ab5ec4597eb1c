import { byReference, byValue, inline, isRemote, local, release, transfer, withOptions } from 'remoteobj';
import { pair, until, type Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Point {
  x = 1;
  deep = { y: 2 };
  sum(): number {
    return this.x + this.deep.y;
  }
}

class Target {
  readonly point = new Point();
  readonly plain = { a: 1 };
  disposed = 0;
  wrapped: unknown = byReference({ a: 5 });
  reference(): Point {
    return byReference(this.point);
  }
  async later(): Promise<Point> {
    return byReference(this.point);
  }
  data(): { a: number } {
    return byReference(this.plain);
  }
  value(): Point {
    return byValue(this.point);
  }
  moved(): Uint8Array {
    const bytes = new Uint8Array(10);
    return transfer(bytes, [bytes.buffer]);
  }
  fn(): (x: number) => number {
    return byReference((x: number) => x + 1);
  }
  source(): () => number {
    return inline(() => 5);
  }
  disposable(): { n: number } {
    return byReference({ n: 1, [Symbol.dispose]: () => void this.disposed++ }, { dispose: true });
  }
  is(value: unknown): string {
    return value === this.plain ? 'plain' : value === this.point ? 'point' : 'neither';
  }
  async call(fn: Untyped): Promise<unknown> {
    return fn().a;
  }
}

test('chains go on from results that are wrapped, as from those that are not', async () => {
  const { any, close } = await pair(new Target());
  assert.is(await any.reference().x, 1);
  assert.is(await any.reference().sum(), 3);
  assert.is(await any.reference().deep.y, 2);
  assert.is(await any.later().sum(), 3);
  assert.is(await any.data().a, 1);
  assert.is(await any.value().deep.y, 2);
  assert.is(await any.moved().length, 10);
  assert.is(await any.fn()(1), 2);
  assert.is(await any.wrapped.a, 5);
  const kept = any.reference();
  assert.ok(isRemote(await kept));
  assert.is(await kept.sum(), 3);
  await close();
});

test('a wrapped result as an argument is the object itself', async () => {
  const { any, close } = await pair(new Target());
  const pending = any.data();
  assert.is(await any.is(pending), 'plain');
  assert.is(await any.is(any.later()), 'point');
  assert.is(await any.is(any.reference()), 'point');
  assert.is(await any.is(any.reference().deep), 'neither');
  await close();
});

test('callbacks and objects of this process may wrap what they give, too', async () => {
  const { any, close } = await pair(new Target());
  assert.is(await any.call(() => byReference({ a: 7 })), 7);
  const here = local(new Target()) as Untyped;
  assert.is(await here.data().a, 1);
  await close();
});

test('what is to be disposed of is, once nobody can go on from a result that was only used in a chain', async () => {
  const target = new Target();
  const { any, server, close } = await pair(target);
  assert.is(await any.disposable().n, 1);
  await until(() => {
    globalThis.gc?.();
    return target.disposed === 1;
  });
  const held = await any.disposable();
  release(held);
  await until(() => target.disposed === 2 && server.stats().exported === 0);
  await close();
});

test('withOptions decides about wrapped results, and nothing of the wrapper is seen', async () => {
  const { any, close } = await pair(new Target());
  const as = (name: string, how: 'value' | 'reference'): Promise<Untyped> => withOptions(any[name], { as: how })();
  assert.equal(await as('reference', 'value'), { x: 1, deep: { y: 2 } });
  assert.equal(await as('data', 'value'), { a: 1 });
  assert.equal(await as('value', 'value'), { x: 1, deep: { y: 2 } });
  assert.equal(await as('moved', 'value'), new Uint8Array(10));
  for (const name of ['reference', 'data', 'value', 'moved']) assert.ok(isRemote(await as(name, 'reference')), name);
  assert.is(await (await as('value', 'reference')).sum(), 3);
  assert.is(await (await as('moved', 'reference')).length, 10);
  assert.is(await (await as('source', 'value'))(), 5);
  await close();
});

test('an object that was passed with byReference stays a reference when it is met again', async () => {
  const { any, close } = await pair(new Target());
  const first = await any.data();
  assert.ok((await any.plain) === first);
  release(first);
  assert.equal(await any.plain, { a: 1 });
  await close();
});
