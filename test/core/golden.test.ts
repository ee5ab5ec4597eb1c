import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync, writeFileSync } from 'node:fs';
import {
  carryContext,
  connect,
  connectionOf,
  expose,
  get,
  release,
  sync,
  type Frame,
  type Receiver,
  type Transport,
  itemsAhead,
} from '@remoteobj/core';
import { Kind, linkOf } from '@remoteobj/core/internal';
import { Except } from '@remoteobj/except';
import { until } from '../support/pair.js';
import { assert, test } from '../support/suite.js';

const page = new URL('../../packages/core/PROTOCOL.md', import.meta.url);

class Counter {
  count = 0;
  constructor(count = 0) {
    this.count = count;
  }
  add(a: number, b: number, c: string): number {
    return a + b + c.length;
  }
  toggle(): this {
    return this;
  }
  echo(value: unknown): unknown {
    return value;
  }
  fail(): never {
    throw Object.assign(new RangeError('no more'), { stack: '' });
  }
  *items(): Generator<number> {
    yield 1;
    yield 2;
  }
  oneByOne(): Iterable<number> {
    return Object.assign([1], { [itemsAhead]: 1 });
  }
  note(exc: Except): void {
    const error = Object.assign(new RangeError('no more'), { stack: '' });
    exc.record('init', error, { at: 5, origin: { name: 'camera', pid: 7 } });
  }
  never(): Promise<never> {
    return new Promise(() => {});
  }
}

/** Two transports that write down every head that passes. */
function recordedPair(lines: string[]): [Transport, Transport] {
  type End = Transport & { receiver?: Receiver; other?: End };
  const underway: (() => void)[] = [];
  const deliver = (): void => {
    while (underway.length > 0) underway.shift()?.();
  };
  const make = (name: string): End => ({
    peer: 'same',
    send(frame: Frame) {
      lines.push(`${name}: ${Buffer.from(frame.head).toString('hex')}`);
      underway.push(() => this.other?.receiver?.frame(frame));
      setImmediate(deliver);
      return true;
    },
    block() {
      deliver();
      return true;
    },
    listen(receiver: Receiver) {
      this.receiver = receiver;
    },
    keepAlive() {},
    async close() {
      this.receiver?.closed();
    },
  });
  const client = make('client');
  const server = make('server');
  client.other = server;
  server.other = client;
  return [client, server];
}

// Names of threads are random; here one that is always the same.
crypto.getRandomValues = <T extends ArrayBufferView | null>(words: T): T =>
  (words as unknown as Uint16Array).fill(7) as unknown as T;

/** Held, so that it is not given back while the test runs. */
const kept = new Except(RangeError);

/** What is said, step by step. */
const steps: [string, (remote: never, counter: never) => unknown][] = [
  ['call', (remote: { add: Function }) => remote.add(1, 2.5, 'hi')],
  ['negative and null', (remote: { echo: Function }) => remote.echo(-3)],
  ['null', (remote: { echo: Function }) => remote.echo(null)],
  ['chain of two calls and an attribute', (remote: { toggle: Function }) => remote.toggle().toggle().count],
  ['assignment and reading', (remote: { count: unknown }) => ((remote.count = true), remote.count)],
  ['failure', (remote: { fail: Function }) => remote.fail().catch(() => {})],
  ['plain values', (remote: { echo: Function }) => remote.echo({ a: [1, 'x', undefined], b: { c: null } })],
  [
    'special values',
    (remote: { echo: Function }) =>
      remote.echo([-0, 10n, new Date(5), new Map([[1, new Set(['z'])]]), /x/g, '\ud800', new Uint8Array([1, 2])]),
  ],
  [
    'a cycle',
    (remote: { echo: Function }) => {
      const cycle: { self?: unknown } = {};
      cycle.self = cycle;
      return remote.echo(cycle);
    },
  ],
  ['a call as argument', (remote: { echo: Function; add: Function }) => remote.echo(remote.add(1, 2, ''))],
  [
    'an iteration',
    async (remote: { items: Function }) => {
      for await (const item of remote.items()) void item;
    },
  ],
  [
    'an iteration whose producer is not ahead',
    async (remote: { oneByOne: Function }) => {
      for await (const item of remote.oneByOne()) void item;
    },
  ],
  [
    'a time limit',
    // What a limit does when it has passed, at a moment that is the same on every machine.
    async (remote: object) => {
      const limit = new AbortController();
      const call = get((remote as { never: Function }).never() as never, { signal: limit.signal }).catch(() => {});
      await turn();
      limit.abort();
      await call;
    },
  ],
  ['an Except, and what is recorded in it', (remote: { note: Function }) => remote.note(kept)],
].map(([name, run]) => [name as string, run as (remote: never, counter: never) => unknown]);

async function vectors(): Promise<string[]> {
  const lines: string[] = [];
  const [clientEnd, serverEnd] = recordedPair(lines);
  const out: string[] = [];
  const take = (name: string): void => {
    // Releases of results come when the collector runs, and are no part of what is said.
    out.push(`# ${name}`, ...lines.splice(0).filter((line) => !/: (?:13[0-9a-f]{2}01)+$/.test(line)));
  };
  const listener = expose(Object.assign(new Counter(), { Counter }), serverEnd);
  const remote = connect<Counter>(clientEnd);
  await turn();
  take('hello');
  /** What did not ask for an answer is counted a little later. */
  const counted = (): Promise<void> => until(() => lines.includes('server: 2301'));
  for (const [name, run] of steps) {
    await run(remote as never, undefined as never);
    await turn();
    if (name === 'a time limit') await counted();
    take(name);
  }
  sync(remote).add(1, 2, '');
  await turn();
  take('a blocking call');
  linkOf(clientEnd).passProbe({ request: { id: 1 } } as never, [
    { origin: 1, number: 2, waited: 30, process: 'camera', view: '(?.snap())' },
  ]);
  await turn();
  take('a probe');
  linkOf(clientEnd).waits.probeHolder(3, [{ origin: 1, number: 1, waited: 500, process: 'camera', view: '' }]);
  await turn();
  take('a probe about an object');
  linkOf(clientEnd).send(Kind.ping);
  await turn();
  take('a ping');
  const requests = new AsyncLocalStorage<string>();
  const end = carryContext('request', requests);
  requests.run('r1', () => void remote.toggle());
  await counted();
  take('a call, and what its caller carries along');
  end();
  const made = await new (remote as unknown as { Counter: new (count: number) => PromiseLike<object> }).Counter(7);
  await turn();
  take('a reference');
  release(made);
  await connectionOf(remote).flush();
  await turn();
  take('its release, and a flush');
  await (remote as unknown as { echo(value: unknown): PromiseLike<unknown> }).echo(turn);
  await turn();
  take('a function, which comes home');
  await listener.stop();
  await turn();
  take('stop');
  return out;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

test('the frames of PROTOCOL.md are the frames that are sent', async () => {
  const text = readFileSync(page, 'utf8');
  const [before, printed = ''] = text.split('```vectors\n') as [string, string?];
  const made = (await vectors()).join('\n');
  if (process.env['UPDATE_VECTORS']) writeFileSync(page, `${before}\`\`\`vectors\n${made}\n\`\`\`\n`);
  else assert.is(made, printed.replace(/\n```\s*$/, ''));
});
