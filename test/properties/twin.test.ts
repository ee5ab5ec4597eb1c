import { isDeepStrictEqual } from 'node:util';
import { fc, runs } from '../support/properties.js';
import { attrs, connect, connectionOf, del, expose, get, has, keys, len, set } from '@remoteobj/core';
import { memoryPair } from '@remoteobj/transport';
import { assert, test } from '../support/suite.js';

/** An object with everything a chain can meet; two equal ones are twins. */
class Box {
  label = 'box';
  number = 1;
  list: unknown[] = [1, 'two', [3]];
  plain: Record<string, unknown> = { a: 1, b: { c: 'deep' } };
  map: Map<string, unknown> = new Map<string, unknown>([['k', 1]]);
  child: Box | undefined;
  nothing = null;
  readonly frozen: Readonly<Record<string, unknown>> = Object.freeze({ x: 1 });
  constructor(depth = 0) {
    if (depth > 0) this.child = new Box(depth - 1);
  }
  get sum(): number {
    return this.number + this.list.length;
  }
  set sum(value: number) {
    this.number = value;
  }
  self(): this {
    return this;
  }
  down(): Box | undefined {
    return this.child;
  }
  add(amount: unknown): unknown {
    return (this.number = (this.number as number) + (amount as number));
  }
  put(key: string, value: unknown): Record<string, unknown> {
    // An empty name cannot be reached remotely, nor is it listed.
    this.plain[String(key) || 'empty'] = value;
    return this.plain;
  }
  fail(message: string): never {
    throw new RangeError(message);
  }
  async later(value: unknown): Promise<unknown> {
    return [value, this.number];
  }
  make(): Box {
    return new Box();
  }
}

const names = [
  'label',
  'number',
  'list',
  'plain',
  'map',
  'child',
  'nothing',
  'sum',
  'missing',
  'frozen',
  'a',
  'b',
  'c',
  'x',
  '0',
  '2',
  'length',
  'self',
  'down',
  'size',
];
const methods = ['self', 'down', 'add', 'put', 'fail', 'later', 'make', 'push', 'get', 'toUpperCase', 'missing'];

const value = fc.oneof(
  fc.integer(),
  fc.constant(-0),
  fc.string({ maxLength: 5 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer(), { maxKeys: 2 }),
);

/** Steps on the way, and what is done at the end of it. */
const way = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('get' as const), name: fc.constantFrom(...names) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('call' as const),
        name: fc.constantFrom(...methods),
        args: fc.array(value, { maxLength: 2 }),
      }),
    },
  ),
  { maxLength: 6 },
);
const ending = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('value' as const) }) },
  fc.record({ kind: fc.constant('set' as const), name: fc.constantFrom(...names), value }),
  fc.record({ kind: fc.constant('delete' as const), name: fc.constantFrom(...names) }),
  fc.record({ kind: fc.constant('has' as const), name: fc.constantFrom(...names) }),
  fc.record({ kind: fc.constant('keys' as const) }),
  fc.record({ kind: fc.constant('length' as const) }),
);
const operation = fc.record({ way, ending });
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Does it to an object that is here. */
async function directly(object: unknown, { way: steps, ending: end }: Operation): Promise<unknown> {
  let current: unknown = object;
  for (const step of steps) {
    const holder = (await current) as Record<string, unknown>;
    if (step.kind === 'get') current = holder[step.name];
    else current = (holder[step.name] as (...args: unknown[]) => unknown)(...step.args);
  }
  const target = (await current) as Record<string, unknown>;
  switch (end.kind) {
    case 'value':
      return target;
    case 'set':
      target[end.name] = end.value;
      return undefined;
    case 'delete':
      return delete target[end.name];
    case 'has':
      return end.name in target;
    case 'keys':
      return Object.keys(target);
    case 'length':
      return lengthOf(target);
    default:
      return end satisfies never;
  }
}

function lengthOf(target: { length?: unknown; size?: unknown }): unknown {
  for (const length of [target.length, target.size]) if (typeof length === 'number') return length;
  throw new TypeError('no length');
}

/** Records the same and has it done over there. */
async function remotely(root: unknown, { way: steps, ending: end }: Operation): Promise<unknown> {
  let view = root;
  for (const step of steps) {
    const member = attrs(view, step.name);
    view = step.kind === 'get' ? member : (member as (...args: unknown[]) => unknown)(...step.args);
  }
  switch (end.kind) {
    case 'value':
      return get(view);
    case 'set':
      return set(attrs(view, end.name), end.value as never);
    case 'delete':
      return del(attrs(view, end.name));
    case 'has':
      return has(view, end.name);
    case 'keys':
      return keys(view);
    case 'length':
      return len(view);
    default:
      return end satisfies never;
  }
}

/** What can be compared: data as it is; objects that stay over there, and functions, by their kind only. */
function comparable(result: unknown): unknown {
  if (typeof result === 'function' || result instanceof Box) return 'elsewhere';
  return result;
}

async function outcome(run: () => Promise<unknown>): Promise<{ value?: unknown; error?: string }> {
  try {
    return { value: comparable(await run()) };
  } catch (error) {
    return { error: (error as Error).name };
  }
}

/** The rule keeps some members from peers that a program of its own may use; those are refused, not different. */
function refusedByRule({ error }: { error?: string }): boolean {
  return error === 'AccessDeniedError';
}

test(
  'recording and evaluating is doing it directly: results, errors and final state',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 30 }), async (operations) => {
        const [here, there] = [new Box(2), new Box(2)];
        const [a, b] = memoryPair();
        expose(there, a);
        const remote = connect<Box>(b);
        for (const one of operations) {
          const over = await outcome(() => remotely(remote, one));
          if (refusedByRule(over)) continue;
          assert.equal(over, await outcome(() => directly(here, one)), JSON.stringify(one));
        }
        assert.ok(isDeepStrictEqual(there, here), 'the objects differ afterwards');
        // Errors of calls inside chains that were awaited are heard there; nothing else may be left.
        await connectionOf(remote)
          .close()
          .catch(() => {});
      }),
      { numRuns: runs(1000) },
    );
  },
  { timeout: 120_000 },
);
