import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { withOptions, type CallEndTrace, type CallErrorTrace, type CallTrace } from '@remoteobj/core';
import { TimeoutError } from '@remoteobj/except';
import { pair, turn } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

type Told = ['start', CallTrace] | ['end', CallEndTrace] | ['error', CallErrorTrace];

/** What is published while `use` runs. */
async function traced(use: () => Promise<void>): Promise<Told[]> {
  const told: Told[] = [];
  const listeners = (['start', 'end', 'error'] as const).map((kind) => {
    const listener = (message: unknown): void => void told.push([kind, message] as Told);
    subscribe(`remoteobj:call:${kind}`, listener);
    return () => unsubscribe(`remoteobj:call:${kind}`, listener);
  });
  try {
    await use();
  } finally {
    for (const stop of listeners) stop();
  }
  return told;
}

class Target {
  items: number[] = [];
  push(n: number): number {
    return this.items.push(n);
  }
  fail(): never {
    throw new RangeError('no more');
  }
  never(): Promise<never> {
    return new Promise(() => {});
  }
  size(bytes: Uint8Array): number {
    return bytes.length;
  }
  bytes(length: number): Uint8Array {
    return new Uint8Array(length);
  }
  *count(n: number): Generator<number> {
    for (let i = 0; i < n; i++) yield i;
    if (n > 2) throw new RangeError('too far');
  }
  async *silent(): AsyncGenerator<number> {
    yield await this.never();
  }
}

test('a call that is traced tells its start and its end: number, text, sizes, time', async () => {
  const { remote, close } = await pair(new Target());
  const told = await traced(async () => void (await remote.push(3)));
  assert.equal(
    told.map(([kind]) => kind),
    ['start', 'end'],
  );
  const [[, start], [, end]] = told as [['start', CallTrace], ['end', CallEndTrace]];
  assert.is(start.view, '(?.push(3))');
  assert.type(start.connection, 'number');
  assert.ok(start.sent > 5 && start.sent < 40, `${start.sent} bytes`);
  assert.not(start.blocking);
  const { received, duration, ...same } = end;
  assert.equal(same, start);
  assert.ok(received > 1 && received < 10, `${received} bytes`);
  assert.ok(duration > 0);
  await close();
});

test('calls of one tick have a start and an end each, numbers that tell them apart, and the text of each chain', async () => {
  const { remote, close } = await pair(new Target());
  const told = await traced(async () => void (await Promise.all([remote.push(1), remote.items, remote.items.length])));
  const views = (kind: string): string[] => told.filter(([one]) => one === kind).map(([, { view }]) => view);
  assert.equal(views('start'), ['(?.push(1))', '(?.items)', '(?.items.length)']);
  assert.equal(views('end').sort(), views('start').sort());
  assert.is(new Set(told.map(([, { id }]) => id)).size, 3);
  await close();
});

test('a call that fails tells its error, whoever brought it about', async () => {
  const { remote, close } = await pair(new Target());
  const told = await traced(async () => {
    await assert.rejects(remote.fail(), RangeError);
    await assert.rejects(withOptions(remote.never, { timeout: 5 })(), TimeoutError);
  });
  const errors = told.filter(([kind]) => kind === 'error') as ['error', CallErrorTrace][];
  assert.equal(
    errors.map(([, { view, error }]) => [view, (error as Error).name]),
    [
      ['(?.fail())', 'RangeError'],
      ['(?.never())', 'TimeoutError'],
    ],
  );
  assert.ok((errors[0]?.[1].received ?? 0) > 10);
  assert.is(errors[1]?.[1].received, 0, 'nothing was answered');
  assert.is(told.filter(([kind]) => kind === 'end').length, 0);
  await close();
});

test('sizes count what crosses beside the head', async () => {
  const { remote, close } = await pair(new Target());
  const megabyte = 2 ** 20;
  const told = await traced(async () => {
    await remote.size(new Uint8Array(megabyte));
    await remote.bytes(megabyte);
  });
  const ends = told.filter(([kind]) => kind === 'end') as ['end', CallEndTrace][];
  const [out, back] = ends.map(([, { sent, received }]) => [sent > megabyte, received > megabyte]);
  assert.equal(
    [out, back],
    [
      [true, false],
      [false, true],
    ],
  );
  await close();
});

test('an iteration is one call, which ends with its last item or its error', async () => {
  const { remote, close } = await pair(new Target());
  const told = await traced(async () => {
    for await (const n of remote.count(2)) void n;
    await assert.rejects(async () => {
      for await (const n of remote.count(3)) void n;
    }, RangeError);
    for await (const n of remote.count(2)) if (n === 0) break;
    await assert.rejects(async () => {
      for await (const n of withOptions(remote.silent(), { timeout: 1 })) void n;
    }, TimeoutError);
  });
  const ends = told.filter(([kind]) => kind !== 'start');
  assert.equal(
    ends.map(([kind]) => kind),
    ['end', 'error', 'end', 'error'],
  );
  for (const [, { id, view }] of ends) {
    const starts = told.filter(([kind, start]) => kind === 'start' && start.id === id);
    assert.equal(
      starts.map(([, start]) => start.view),
      [view],
    );
  }
  await close();
});

test('calls in flight when somebody begins to listen tell nothing, and nobody is told any more who has stopped', async () => {
  const { remote, close } = await pair(new Target());
  const before = Promise.resolve(remote.push(1));
  assert.equal(await traced(async () => void (await before)), []);
  let after: Promise<unknown> | undefined;
  const told = await traced(async () => {
    after = Promise.resolve(remote.push(2));
    await Promise.resolve();
  });
  await after;
  await turn();
  assert.equal(
    told.map(([kind]) => kind),
    ['start'],
  );
  await close();
});
