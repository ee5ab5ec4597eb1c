/** Compile-time tests: this file must type-check; each line below `@ts-expect-error` must not. */
import {
  connect,
  get,
  keys,
  len,
  memoryPair,
  passTo,
  release,
  remoteModule,
  set,
  spawn,
  withOptions,
  type Remote,
  type RemoteView,
} from 'remoteobj';
import type { Counter, Point } from './fixture.js';
import type * as fixture from './fixture.js';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_equal: Equal<A, B>): void {}

type Module = typeof fixture;
declare const remote: Remote<Module>;
declare const counter: Remote<Counter>;

export async function classes(): Promise<void> {
  const made = await new remote.Counter();
  same<typeof made, Remote<Counter>>(true);
  const created = await remote.Counter.create(3);
  same<typeof created, Remote<Counter>>(true);
  const total = await remote.Counter.total;
  same<typeof total, number>(true);
  // @ts-expect-error an abstract class cannot be constructed
  new remote.Shape();
  // @ts-expect-error a private member is not there
  void made.secret;
}

export async function attributes(): Promise<void> {
  const count = await counter.count;
  same<typeof count, number>(true);
  counter.count = 5;
  counter.on = true;
  counter.config = { exposure: 1, nested: { gain: 3 } };
  // @ts-expect-error the wrong type
  counter.count = 'five';
  // @ts-expect-error it is readonly
  counter.made = new Date();
  // @ts-expect-error await was forgotten
  const forgotten: number = counter.count;
  void forgotten;
  const gain = await counter.config.nested.gain;
  same<typeof gain, number>(true);
  const label = await counter.items[3]?.label;
  same<typeof label, string | undefined>(true);
  await counter.items.push({ x: 1, y: 2 });
  const made = await counter.made;
  same<typeof made, Date>(true);
  await set(counter.count, 6);
  // @ts-expect-error the wrong type
  await set(counter.count, 'six');
  const got = await get(counter.count, { timeout: 5, default: 0 });
  same<typeof got, number>(true);
  // @ts-expect-error there is no such member
  void counter.nothing;
}

export async function perhaps(): Promise<void> {
  const value = await counter.optional?.deep.value;
  same<typeof value, number | undefined>(true);
  const x = await counter.maybe()?.x;
  same<typeof x, number>(true); // whether it is there is seen when it is evaluated, and thrown if not
  const later = await counter.later.x;
  same<typeof later, number>(true);
  // @ts-expect-error there is no such member
  void counter.maybe().nothing;
}

export async function calls(): Promise<void> {
  const chained = await counter.toggle().toggle(false).count;
  same<typeof chained, number>(true);
  const slow = await counter.slow(5);
  same<typeof slow, string>(true);
  await counter.add(1);
  await counter.add(1, 2, 3, 4);
  await counter.add(counter.add(1), Promise.resolve(2));
  await counter.add(counter.count);
  // @ts-expect-error an argument is missing
  await counter.add();
  // @ts-expect-error the wrong type
  await counter.add('1');
  const text = await counter.over('a');
  same<typeof text, string>(true);
  const number = await counter.over(1);
  same<typeof number, number>(true);
  const maybe = await counter.maybe();
  same<typeof maybe, Point | null>(true);
  const children = await counter.children();
  same<typeof children, Map<string, Remote<Counter>>>(true);
  const doubled = await remote.double(2);
  same<typeof doubled, number>(true);
  const caught = await counter.slow(1).catch(() => 0);
  same<typeof caught, string | number>(true);
}

export async function callbacks(): Promise<void> {
  await counter.each((item, index) => item.x > index);
  await counter.each(async (item) => item.y > 0);
  const items: Point[] = [];
  await counter.listen((item) => items.push(item));
  await counter.listen(async () => {});
  // @ts-expect-error it answers with the wrong type
  await counter.each(() => 'yes');
}

/** Type parameters are not known to a remote: whoever made the object says what it is of. */
export async function generics(): Promise<void> {
  const box = await new remote.Box(5);
  same<typeof box, Remote<fixture.Box<unknown>>>(true);
  const told = box as Remote<fixture.Box<number>>;
  const taken = await told.take();
  same<typeof taken, number>(true);
  const made = await remote.boxed(5);
  same<typeof made, Remote<fixture.Box<unknown>>>(true);
  // @ts-expect-error it has no type parameters any more
  await new remote.Box<number>(5);
}

/** Their parameters have types there, too. */
export async function callbacksInsideValues(watched: Remote<{ item(item: Point): void }>): Promise<void> {
  await counter.watch({ on: { item: (item) => same<typeof item, Point>(true) } });
  await counter.watch({ on: { item() {}, end: (error) => same<typeof error, Error | null>(true) } });
  await counter.watchSome({ item: (item) => void item.x });
  await counter.watchSome({
    item(item) {
      same<typeof item, Point>(true);
    },
  });
  await counter.steps([(point) => ({ x: point.x, y: 0 })]);
  await counter.watchSome(watched);
  // @ts-expect-error it takes something else
  await counter.watch({ on: { item: (item: string) => void item } });
  // @ts-expect-error a remote of something else
  await counter.watchSome(remote.Counter);
}

export async function iteration(): Promise<void> {
  for await (const value of counter.values()) same<typeof value, number>(true);
  for await (const point of counter.slowly()) same<typeof point, Point>(true);
  for await (const item of counter.items) {
    const point: Point = item;
    void point;
  }
}

export async function verbs(): Promise<void> {
  const names = await keys(counter);
  same<typeof names, string[]>(true);
  const length = await len(counter.items);
  same<typeof length, number>(true);
  const passed = await passTo(counter.count, String);
  same<typeof passed, string>(true);
  await withOptions(counter.slow, { timeout: 5 })(3);
  // @ts-expect-error there is no such option
  withOptions(counter, { time: 5 });
  release(counter);
  const work = remoteModule<Module>(new URL('./fixture.js', import.meta.url));
  await passTo(counter.count, work.double);
}

export async function makers(): Promise<void> {
  await using child = await spawn<Module>(new URL('./fixture.js', import.meta.url));
  same<typeof child.remote, Remote<Module>>(true);
  using held = await new child.remote.Counter();
  same<typeof held, Remote<Counter>>(true);
  const [transport] = memoryPair();
  const root = connect<Counter>(transport);
  const itself = await root;
  same<typeof itself, Remote<Counter>>(true);
  // @ts-expect-error there is no such option
  await spawn(new URL('./fixture.js', import.meta.url), { deamon: true });
}

/** Thirty types that refer to one another: none may be excessively deep. */
type Deep<N extends number> = {
  readonly number: N;
  next: Deep<N>;
  list: Deep<N>[];
  map: Map<string, Deep<N>>;
  both(other: Deep<N>): Promise<Deep<N>>;
  callback(use: (value: Deep<N>) => Deep<N>): Deep<N>;
};
type Api = {
  [
    N in
      | 'a'
      | 'b'
      | 'c'
      | 'd'
      | 'e'
      | 'f'
      | 'g'
      | 'h'
      | 'i'
      | 'j'
      | 'k'
      | 'l'
      | 'm'
      | 'n'
      | 'o'
      | 'p'
      | 'q'
      | 'r'
      | 's'
      | 't'
      | 'u'
      | 'v'
      | 'w'
      | 'x'
      | 'y'
      | 'z'
      | 'aa'
      | 'bb'
      | 'cc'
      | 'dd'
  ]: Deep<1> & { api: Api };
};

export async function deep(api: Remote<Api>): Promise<void> {
  const number = await api.a.api.b.next.list[3]?.both(api.c.next.next).next.number;
  same<typeof number, 1 | undefined>(true);
  await api.z.callback(async (value) => value.next.next);
}

export function views(view: RemoteView<number>): Promise<string> {
  return view.then((value) => value.toFixed());
}
