import {
  connectionOf,
  connect,
  del,
  expose,
  get,
  has,
  isRemote,
  keys,
  len,
  passTo,
  set,
  superOf,
  sync,
} from '@remoteobj/core';
import { remoteModule, attrs, describe, release, withOptions } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import type { Untyped } from '../support/pair.js';
import { assert, test } from '../support/suite.js';
import { childTest, kinds, mappedFiles, thrownBy } from './kinds.js';
import type * as Service from './modules/service.js';

const service = new URL('./modules/service.js', import.meta.url);

for (const kind of kinds) {
  const faceTest = (name: string, body: (module: Untyped, remote: Untyped) => unknown): void =>
    childTest(kind, service, name, ({ blocking, remote }) => body(blocking, remote));

  faceTest('attributes are views, which get_, __ and get read', ({ counter }) => {
    assert.is(isRemote(counter.count), true);
    assert.is(counter.count.get_(), 0);
    assert.is(counter.count.__, 0);
    assert.is(get(counter.count), 0);
    assert.is(counter.nested.deep.er.__, 5);
    assert.equal(counter.items.__, [1, 2, 3]);
    assert.is(counter.items[1].__, 2);
    assert.is(counter.nothing.__, undefined);
  });

  faceTest('calls return, whether the function is async or not', (module) => {
    assert.is(module.twice(4), 8);
    assert.is(module.counter.later(3), 3);
    assert.is(module.counter.add(2).value(), 2);
    assert.is(module.counter.add(1).add(1).count.__, 4);
  });

  faceTest('an assignment has happened when the next line runs', ({ counter }) => {
    counter.count = 7;
    assert.is(counter.value(), 7);
    counter.items[1] = 'two';
    assert.equal(counter.items.__, [1, 'two', 3]);
    assert.is(set(counter.count, 8), undefined);
    assert.is(counter.value(), 8);
    counter.nested.deep = { er: 6 };
    assert.is(counter.nested.deep.er.__, 6);
  });

  faceTest('delete, in, len and keys', ({ counter, table, numbers }) => {
    assert.is('label' in counter, true);
    assert.is(delete counter.label, true);
    assert.is('label' in counter, false);
    assert.is(has(counter, 'count'), true);
    assert.is(has(counter, 'value'), true);
    assert.is(del(counter.nested), true);
    assert.is(has(counter, 'nested'), false);
    assert.is(len(numbers), 3);
    assert.is(len(table), 1);
    assert.equal(Object.keys(counter).toSorted(), ['count', 'items']);
    assert.equal(keys(counter), Object.keys(counter));
    assert.is(table.get('a'), 1);
  });

  faceTest('for … of iterates generators, async ones too, and arrays', (module) => {
    assert.equal([...module.countdown(3)], [3, 2, 1]);
    assert.equal([...module.numbers], [10, 20, 30]);
    assert.equal(
      [...module.slowly(40)],
      Array.from({ length: 40 }, (_value, i) => i),
    );
    assert.equal([...module.countdown(1000)].length, 1000);
    assert.equal([...module.countdown(0)], []);
  });

  faceTest('break ends the producer before the next line runs', (module) => {
    const got: number[] = [];
    for (const number of module.countdown(1_000_000)) {
      got.push(number);
      if (got.length === 3) break;
    }
    assert.equal(got, [1_000_000, 999_999, 999_998]);
    assert.is(module.cleaned(), 1);
    const never = module.countdown(3)[Symbol.iterator]();
    assert.equal(never.return('over'), { done: true, value: 'over' });
    assert.equal(never.next(), { done: true, value: undefined });
  });

  faceTest('passTo runs a function where the object is', ({ counter }) => {
    const there = remoteModule<typeof Service>(service);
    assert.is(counter.count.passTo_(there.twice), 0);
    counter.count = 4;
    assert.is(passTo(counter.count, there.twice), 8);
    assert.is(passTo(counter.count, String), '4');
    assert.equal(counter.passTo_(Object.keys), keys(counter));
  });

  faceTest('super_ and attrs_ and their functions', ({ counter }) => {
    assert.is(counter.name(), 'counter');
    assert.is(counter.super_.name(), 'base');
    assert.is((superOf(counter) as Untyped).name(), 'base');
    assert.is(counter.attrs_('nested.deep', 'er').__, 5);
    assert.is(attrs(counter, 'nested', 'deep.er').__, 5);
  });

  faceTest('construct, identity, and what comes home', (module) => {
    const made = new module.Counter(5);
    assert.is(made.value(), 5);
    assert.is(made.add(), made, 'a method that returns the object gives the same remote');
    assert.is(module.echo(made), made);
    assert.is(made.is(made), true);
    const own = { here: () => 1 };
    assert.is(module.echo(own.here), own.here);
    assert.is(made.__, made);
    assert.is(module.counter.get_(), module.counter.__);
  });

  faceTest('a reference as the result blocks again, one inside a value does not', async (module) => {
    const made = module.make(3);
    assert.is(made.value(), 3);
    const { inner, list } = made.pair();
    assert.is(await inner.value(), 3);
    assert.is(await list[0].value(), 3);
    assert.is(inner, list[0]);
    assert.is(sync(inner), made);
    assert.is(await made.parts().open(), 'opened');
  });

  faceTest('sync of a blocking remote is itself; sync of a view blocks, too', (module, remote) => {
    assert.is(sync(module), module);
    assert.is(sync(remote), module);
    assert.is(sync(remote.counter).count.__, 0);
    assert.is(sync(remote.twice)(3), 6);
    assert.is(sync(remote.counter.count).__, 0);
    assert.is(sync(remote.twice(5)).__, 10, 'a call that was issued before is waited for');
  });

  faceTest('printing and comparing a blocking remote sends nothing', ({ counter }, remote) => {
    const { framesSent } = connectionOf(remote).stats();
    assert.match(String(counter.count), /count/);
    assert.is(JSON.stringify({ counter: counter.count }).includes('count'), true);
    assert.is(typeof counter, 'function');
    assert.match(describe(counter.items[2]), /items\[2\]/);
    assert.is(connectionOf(remote).stats().framesSent, framesSent);
  });

  faceTest('await of a blocking remote gives it, and connectionOf knows it', async (module, remote) => {
    assert.is(await module, module);
    assert.is(connectionOf(module), connectionOf(remote));
    assert.is(connectionOf(remote).syncSupported, true);
  });

  faceTest('options of sync and withOptions are those of what is called', (module, remote) => {
    assert.is(withOptions(module.make, { as: 'reference' })(2).value(), 2);
    assert.is(sync(remote, { timeout: 10_000 }).twice(4), 8);
    assert.throws(() => sync(remote, { pump: 'some' as never }), /'chain' or 'all'/);
    assert.throws(() => sync({} as never), /remote/);
  });

  faceTest('a released reference is refused', (module) => {
    const made = module.make(3);
    release(made);
    assert.throws(
      () => made.value(),
      (error: Untyped) => error.code === 'ERR_STALE_REFERENCE',
    );
  });

  if (kind.isProcess) {
    faceTest('the link is of the kind that it says', (module) => {
      module.twice(1);
      const files = mappedFiles();
      if (files !== undefined) assert.is(files, kind.name.includes('ring') ? 1 : 0);
    });
  }
}

test('sync on a connection that cannot block throws a TypeError that says why', async () => {
  const [here, there] = memoryPair();
  const listener = expose({ x: 1 }, there);
  const remote = connect<{ x: number }>(here);
  assert.is(connectionOf(remote).syncSupported, false);
  const error = thrownBy(() => sync(remote));
  assert.instance(error, TypeError);
  assert.match(error.message, /cannot block.*syncSupported/);
  assert.is(await remote.x, 1);
  await connectionOf(remote).close();
  await listener[Symbol.asyncDispose]();
});
