import { spawnSync } from 'node:child_process';
import { Except, LocalExcept } from '@remoteobj/except';
import { pair } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

const ignore = (): void => {};

for (const error of [new Error('constant'), 'text', null]) {
  const what = error instanceof Error ? 'an error' : `the primitive ${error}`;

  test(`${what} that nested scopes let pass after awaits is recorded once, by the innermost`, async () => {
    const exc = new Except();
    const inner = async (): Promise<void> => {
      await Promise.resolve();
      await exc.run('inner', async () => {
        await Promise.resolve();
        throw error;
      });
    };
    const middle = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      await exc.run('middle', inner);
    };
    await assert.rejects(exc.run('outer', middle), (got: unknown) => got === error);
    assert.equal([exc.names, exc.size], [['inner'], 1]);
  });

  test(`${what} thrown anew in three groups of a long scope is recorded in each`, async () => {
    const exc = new Except();
    await exc.run('outer', async () => {
      for (const group of ['a', 'b', 'c']) {
        await exc.run(group, async () => Promise.reject(error)).catch(ignore);
        await Promise.resolve();
      }
    });
    assert.equal([exc.names, exc.size], [['a', 'b', 'c'], 3]);
  });

  test(`${what} thrown anew in two groups beside an open scope is recorded in each`, async () => {
    const exc = new Except();
    const { opened, open } = gate();
    const server = exc.run('server', () => opened);
    for (const group of ['a', 'b']) await exc.run(group, async () => thrower(error)()).catch(ignore);
    assert.throws(
      () => exc.run('c', thrower(error)),
      (got: unknown) => got === error,
    );
    open();
    await server;
    assert.equal(exc.names, ['a', 'b', 'c']);
  });
}

test('one promise that rejects in sibling scopes is recorded in each', async () => {
  const exc = new Except();
  const { opened, open } = gate();
  const shared = opened.then(thrower(new Error('shared')));
  const both = ['a', 'b'].map((group) => exc.run(group, async () => shared));
  open();
  await Promise.allSettled(both);
  assert.equal([exc.names, exc.size], [['a', 'b'], 2]);
});

test('the reason of a signal is recorded in each group that it ends, and not again by the scope around them', async () => {
  const exc = new Except();
  const stopped = AbortSignal.abort(new Error('stop'));
  const server = exc.run('server', async () => {
    await Promise.all(['a', 'b'].map((group) => exc.run(group, async () => stopped.throwIfAborted())));
  });
  await assert.rejects(server, 'stop');
  assert.equal([exc.names, exc.size], [['a', 'b'], 2]);
});

test('an error that a scope swallowed and that is thrown again outside it is recorded there', async () => {
  const exc = new Except();
  const error = new Error('again');
  const body = async (): Promise<void> => {
    await exc.run('middle', async () => exc.run('inner', thrower(error)), { raises: false });
    throw error;
  };
  await assert.rejects(exc.run('outer', body), 'again');
  assert.equal(exc.names, ['inner', 'outer']);
});

test('a scope that outlives the one that started it passes its error to the next one around', async () => {
  const exc = new Except();
  const { opened, open } = gate();
  const body = async (): Promise<void> => {
    const { done } = exc.run('setup', () => ({ done: exc.run('work', () => opened.then(thrower(new Error('late')))) }));
    open();
    await done;
  };
  await assert.rejects(exc.run('outer', body), 'late');
  assert.equal(exc.names, ['work']);
});

test('the steps of a wrapped generator belong to the scope that asks for them', async () => {
  const exc = new Except();
  const count = exc.wrap('steps', async function* () {
    yield 1;
    await Promise.resolve();
    throw new Error('in a step');
  });
  const reading = exc.run('outer', async () => {
    await Promise.resolve();
    for await (const item of count()) assert.is(item, 1);
  });
  await assert.rejects(reading, 'in a step');
  assert.equal([exc.names, exc.size], [['steps'], 1]);
});

test('scopes of several Excepts inside each other do not take each other for their own', async () => {
  const [exc, other] = [new Except(), new LocalExcept()];
  const error = new Error('both');
  const body = async (): Promise<unknown> =>
    other.run('a', async () => exc.run('inner', async () => other.run('b', thrower(error))));
  await assert.rejects(exc.run('outer', body), 'both');
  assert.equal([exc.names, other.names], [['inner'], ['b']]);
});

test('an error recorded by hand as thrown on is left alone by the scopes around, after awaits too', async () => {
  const exc = new Except();
  const body = async (): Promise<void> => {
    await Promise.resolve();
    try {
      await Promise.reject(new Error('by hand'));
    } catch (error) {
      exc.record('hand', error, { rethrown: true });
      throw error;
    }
  };
  await assert.rejects(
    exc.run('outer', () => exc.run('inner', body)),
    'by hand',
  );
  assert.equal(exc.names, ['hand']);
});

test('an error recorded by another process is left alone by the scopes it passes, and recorded where it is thrown anew', async () => {
  const { remote, close } = await pair({
    async fail(exc: Except) {
      await Promise.resolve();
      exc.run('there', thrower(new TypeError('far')));
    },
  });
  const exc = new Except();
  const { opened, open } = gate();
  const unrelated = exc.run('unrelated', () => opened);
  const body = async (): Promise<unknown> => exc.run('inner', async () => remote.fail(exc));
  const error = await assert.rejects(exc.run('outer', body), 'far');
  assert.equal(exc.names, ['there']);
  await exc.run('later', thrower(error), { raises: false });
  open();
  await unrelated;
  assert.equal([exc.names, exc.size], [['there', 'later'], 2]);
  await close();
});

test('a shared call whose error another process recorded is recorded here by all but the first sibling', async () => {
  const { remote, close } = await pair({ fail: (exc: Except) => exc.run('there', thrower(new TypeError('far'))) });
  const exc = new Except();
  const shared = (async () => remote.fail(exc))();
  await Promise.allSettled(['a', 'b', 'c'].map((group) => exc.run(group, () => shared)));
  assert.equal([exc.names, exc.size], [['there', 'b', 'c'], 3]);
  await close();
});

test('clear forgets which errors are on their way', async () => {
  const exc = new Except();
  const body = async (): Promise<void> => {
    try {
      await exc.run('inner', async () => Promise.reject(new Error('on its way')));
    } finally {
      exc.clear();
    }
  };
  await assert.rejects(exc.run('outer', body), 'on its way');
  assert.equal(exc.names, ['outer']);
});

test('where the engine cannot tell what started a task, an error is recorded twice sooner than lost', () => {
  const program = `
    process.getBuiltinModule = undefined;
    const { Except } = await import('@remoteobj/except');
    const error = new Error('e');
    const names = [];
    const tried = async (body) => { const exc = new Except(); await body(exc).catch(() => {}); names.push(exc.names); };
    await tried((exc) => exc.run('outer', () => exc.run('inner', async () => { await 0; throw error; })));
    await tried((exc) => exc.run('outer', async () => { await 0; await exc.run('inner', async () => { throw error; }); }));
    await tried((exc) => exc.run('outer', async () => {
      for (const group of ['a', 'b']) { try { exc.run(group, () => { throw error; }); } catch {} }
    }));
    console.log(JSON.stringify(names));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  });
  assert.is(stderr, '');
  assert.equal(JSON.parse(stdout), [['inner'], ['inner', 'outer'], ['a', 'b']]);
});
