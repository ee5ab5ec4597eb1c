/** Compile-time tests of futures and non-blocking objects; each line below `@ts-expect-error` must not type-check. */
import { background, nonBlocking, remoteModule, Timeout, type Remote } from 'remoteobj';
import type * as fixture from './fixture.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

const module = remoteModule<typeof fixture>(new URL('./fixture.js', import.meta.url));

export async function futures(): Promise<void> {
  const doubled = background(module.double)(1);
  const number = await doubled;
  same<typeof number, number>(true);
  const text = await doubled.toFixed(1);
  same<typeof text, string>(true);
  // @ts-expect-error the function takes a number
  background(module.double)('1');
  // @ts-expect-error there is no such member
  void doubled.missing;
  // @ts-expect-error a future is not assigned to
  doubled.value = 1;
  // @ts-expect-error there is no such strategy
  background(module.double, { strategy: 'far' });
  const remote = await background(() => new Array<string>(), { strategy: 'here' })().at(0);
  same<typeof remote, string | undefined>(true);
}

export async function futuresWithTimeLimit(): Promise<void> {
  const late = background(module.double, { timeout: 10 })(1);
  const number = await late;
  same<typeof number, number | typeof Timeout>(true);
  const text = await late.toFixed(1);
  same<typeof text, string | typeof Timeout>(true);
  const upper = late.toFixed(1).toUpperCase().value;
  same<typeof upper, string | typeof Timeout>(true);
  // @ts-expect-error it may be Timeout
  number.toFixed();
}

export async function nonBlockingObjects(): Promise<void> {
  const NB = nonBlocking(module.Counter, { methods: ['slow', 'add'] });
  const counter = new NB();
  const slow = await counter.nb_slow(1);
  same<typeof slow, string>(true);
  const blocking = counter.slow(1);
  same<typeof blocking, string>(true);
  const sum = await counter.nb_add(1);
  same<typeof sum, number>(true);
  // @ts-expect-error it is not in the list of methods
  void counter.nb_toggle(true);
  // @ts-expect-error wrong arguments
  void counter.nb_slow('1');
  // @ts-expect-error a property has no such form
  void counter.nb_count;
  // @ts-expect-error there is no such method
  nonBlocking(module.Counter, { methods: ['missing'] });
  // @ts-expect-error a property is no method
  nonBlocking(module.Counter, { methods: ['count'] });
  // @ts-expect-error a function is no class
  nonBlocking(module.double);
  const each = await new (nonBlocking(module.Counter))().nb_children();
  same<typeof each, Map<string, Remote<fixture.Counter>>>(true);
}
