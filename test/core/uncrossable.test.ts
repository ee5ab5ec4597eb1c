import { byReference, defineType, has, transfer, UnserializableError } from 'remoteobj';
import { pair } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

class Node {
  readonly parts: unknown[] = [];
  parent: unknown;
  constructor(parent?: unknown) {
    this.parent = parent;
  }
}
defineType('uncrossable.Node', Node, {
  encode: ({ parent, parts }) => ({ parent, parts }),
  decode: (data) => Object.assign(new Node(data.parent), { parts: data.parts }),
});

class Same {}
defineType('uncrossable.Same', Same, { encode: (same: Same) => same, decode: () => new Same() });

const service = {
  echo: (value: unknown) => value,
  make: () => treeOfTwo(),
  list: Object.assign([1], { 2: 3 }),
};

function treeOfTwo(): Node {
  const root = new Node();
  root.parts.push(new Node(root));
  return root;
}

test('an instance of a defined type that leads back to itself is refused here, with its path', async () => {
  const { any: remote, close } = await pair(service);
  const inMap = new Node();
  inMap.parts.push(new Map([[1, inMap]]));
  const cases: [unknown, string][] = [
    [treeOfTwo(), `args[0]["encode('uncrossable.Node')"].parts[0]["encode('uncrossable.Node')"].parent`],
    [[inMap], `args[0][0]["encode('uncrossable.Node')"].parts[0][1]`],
    [new Same(), `args[0]["encode('uncrossable.Same')"]`],
  ];
  for (const [value, path] of cases) {
    const error = (await assert.rejects(remote.echo(value), UnserializableError)) as UnserializableError;
    assert.is(error.path, path);
    assert.is(error.executed, 'no');
    assert.match(error.message, 'byReference');
  }
  const result = (await assert.rejects(remote.make(), UnserializableError)) as UnserializableError;
  assert.is(result.executed, 'yes');
  assert.is(await remote.echo(1), 1);
  await close();
});

test('instances of defined types may be shared, be in cycles of other things, and pass themselves by reference', async () => {
  const { any: remote, close } = await pair(service);
  const shared = new Node(5);
  const [one, two] = await remote.echo([shared, shared]);
  assert.instance(one, Node);
  assert.is(one, two);
  const map = new Map<string, Node>();
  map.set('node', new Node(map));
  const back = (await remote.echo(map)) as typeof map;
  assert.is(back.get('node')?.parent, back);
  const own = new Node();
  own.parent = byReference(own);
  assert.is((await remote.echo({ own })).own.parent, own); // it has come home
  await close();
});

test('what could not cross inside an error may be met again in it', async () => {
  const { any: remote, close } = await pair(service);
  const bad = new Map([[1, Symbol('never')]]);
  const error = Object.assign(new Error('two of them'), { bad, again: bad, tree: treeOfTwo() });
  const back = await remote.echo(error);
  assert.match(back.bad, 'could not cross');
  assert.match(back.again, 'could not cross');
  assert.match(back.tree, 'could not cross');
  assert.is(await remote.echo(1), 1);
  await close();
});

test('a Proxy that was revoked is refused with its path', async () => {
  const { any: remote, close } = await pair(service);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const error = (await assert.rejects(remote.echo({ deep: [proxy] }), UnserializableError)) as UnserializableError;
  assert.is(error.path, 'args[0].deep[0]');
  assert.match(error.message, 'revoked');
  await close();
});

test('what cannot be moved is copied, and what is listed twice is moved once', async () => {
  const { any: remote, close } = await pair(service);
  const pooled = Buffer.from('hello');
  assert.equal(await remote.echo(transfer(pooled, [pooled.buffer as ArrayBuffer])), pooled);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const underway = remote.echo(transfer(memory.buffer, [memory.buffer]));
  new Uint8Array(memory.buffer).fill(1);
  assert.equal(await underway, new ArrayBuffer(65_536));
  const large = new Uint8Array(100_000).fill(7);
  const back = await remote.echo(transfer([large, transfer(large, [large.buffer])], [large.buffer, large.buffer]));
  assert.equal(back[0], new Uint8Array(100_000).fill(7));
  assert.is(back[0], back[1]);
  assert.is(large.byteLength, 0);
  await close();
});

test('has takes an index', async () => {
  const { any: remote, close } = await pair(service);
  assert.equal([await has(remote.list, 0), await has(remote.list, 1), await has(remote.list, 3)], [true, false, false]);
  for (const key of [-1, 0.5, NaN, {}, undefined])
    assert.throws(() => has(remote.list, key as never), /string or an integer from 0/);
  await close();
});
