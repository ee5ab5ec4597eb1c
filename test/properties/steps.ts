/** What a chain can be made of. */
import { fc } from '../support/properties.js';
import { fields, gist, plain } from './graph.js';

/** A value that is sent, or the result of an earlier call of the same burst, by its number. */
export type Argument = { readonly value: unknown } | { readonly result: number };

/** One operation in the middle of a chain. `above`: with `super`. */
export type Link =
  | { readonly op: 'get'; readonly name: string; readonly above: boolean }
  | { readonly op: 'call'; readonly name: string; readonly above: boolean; readonly args: readonly Argument[] }
  | { readonly op: 'construct'; readonly name: string; readonly args: readonly Argument[] }
  | { readonly op: 'pass'; readonly fn: string; readonly args: readonly Argument[] };

/** What is done at the end of it. */
export type Ending =
  | { readonly op: 'value' | 'keys' | 'length' }
  | { readonly op: 'set'; readonly name: string; readonly above: boolean; readonly to: Argument }
  | { readonly op: 'has'; readonly name: string; readonly above: boolean }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'iterate'; readonly through: string; readonly leaveAfter: number };

/** One chain; its base is the root, or the result of an earlier call of the burst. */
export interface Step {
  readonly base: number | undefined;
  readonly way: readonly Link[];
  readonly ending: Ending;
}

/** What `passTo` is given: functions of the language, and one of a module. */
export const passed: Readonly<Record<string, (...args: never[]) => unknown>> = {
  String,
  Number,
  'JSON.stringify': JSON.stringify,
  'Object.keys': Object.keys,
  'Object.values': Object.values,
  'Array.from': Array.from,
  'Array.isArray': Array.isArray,
  'Math.max': Math.max,
  gist,
};

const reading = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('a', 'b', 'c') },
  { weight: 2, arbitrary: fc.constantFrom('0', '1', 'two words', 'sum', 'title') },
  fc.constantFrom('length', 'size', 'Kind', 'missing', 'put', 'push'),
);
const method = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('self', 'part', 'put', 'describe', 'later') },
  { weight: 2, arbitrary: fc.constantFrom('get', 'set', 'delete', 'push', 'pop', 'concat', 'splice', 'includes') },
  fc.constantFrom(
    'fail',
    'refuse',
    'failLater',
    'reverse',
    'clear',
    'toUpperCase',
    'charAt',
    'toFixed',
    'missing',
    'Kind',
  ),
);
const above = fc.integer({ min: 0, max: 5 }).map((n) => n === 5);
const argument: fc.Arbitrary<Argument> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ value: fc.oneof(plain, fc.constantFrom(...fields)) }) },
  { weight: 3, arbitrary: fc.record({ result: fc.nat({ max: 3 }) }) },
);
const args = fc.array(argument, { maxLength: 2 });

const link: fc.Arbitrary<Link> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constant('get' as const), name: reading, above }) },
  { weight: 5, arbitrary: fc.record({ op: fc.constant('call' as const), name: method, above, args }) },
  fc.record({
    op: fc.constant('construct' as const),
    name: fc.constantFrom('Kind', 'Kind', 'Parent', 'Parent', 'put', 'a'),
    args,
  }),
  fc.record({ op: fc.constant('pass' as const), fn: fc.constantFrom(...Object.keys(passed)), args }),
);

const ending: fc.Arbitrary<Ending> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ op: fc.constant('value' as const) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('set' as const), name: reading, above, to: argument }) },
  fc.record({ op: fc.constant('delete' as const), name: reading }),
  fc.record({ op: fc.constant('has' as const), name: reading, above }),
  fc.record({ op: fc.constantFrom('keys' as const, 'length' as const) }),
  fc.record({
    op: fc.constant('iterate' as const),
    through: fc.constantFrom('', 'values', 'entries', 'walk'),
    leaveAfter: fc.constantFrom(1, 2, 40),
  }),
);

/** A chain before it is aimed: `pick` chooses among the names that are there, `null` leaves what was taken at random. */
export interface RawStep {
  readonly base: number | null;
  readonly way: readonly { readonly link: Link; readonly pick: number | null }[];
  readonly end: { readonly ending: Ending; readonly pick: number | null };
}

const pick = fc.option(fc.nat({ max: 41 }), { freq: 12 });

export const step: fc.Arbitrary<RawStep> = fc.record({
  base: fc.option(fc.nat({ max: 3 }), { freq: 2 }),
  way: fc.array(fc.record({ link, pick }), { minLength: 1, maxLength: 5, size: 'max' }),
  end: fc.record({ ending, pick }),
});
