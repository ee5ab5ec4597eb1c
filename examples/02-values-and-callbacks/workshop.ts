/** Gives back what it was given, and says which kinds arrived. */
export function describeKinds(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${kindOf(value)}`)
    .join(', ');
}

export function echo<T>(value: T): T {
  return value;
}

/** A machine with a state of its own: an instance goes by reference. */
export class Press {
  readonly stamped: string[] = [];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  stamp(text: string): this {
    this.stamped.push(text);
    return this;
  }
}

/** Takes a remote back and finds its own object again. */
export function isPress(value: unknown): boolean {
  return value instanceof Press;
}

export interface Job {
  readonly items: readonly string[];
  readonly on: {
    readonly item: (name: string, position: { readonly index: number; readonly of: number }) => void;
    readonly finish: { readonly ask: (question: string) => Promise<boolean> };
  };
}

/** Calls back functions that lie deep inside its argument, and asks one of them. */
export async function run({ items, on }: Job): Promise<string> {
  for (const [index, name] of items.entries()) await on.item(name, { index, of: items.length });
  return (await on.finish.ask('clean up?')) ? 'cleaned' : 'left as it is';
}

let closed = 0;

/** Counts for as long as it is asked to; its `finally` runs when the reader leaves. */
export function* count(): Generator<number> {
  try {
    for (let n = 1; ; n++) yield n;
  } finally {
    closed++;
  }
}

/** How often `count` was closed. */
export function timesClosed(): number {
  return closed;
}

/** Fails the way real programs do: with a code of its own and a cause below it. */
export function readSettings(path: string): never {
  const cause = new SyntaxError('unexpected end of the file');
  throw Object.assign(new TypeError(`settings of ${path} cannot be read`, { cause }), { code: 'E_SETTINGS', line: 12 });
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value;
}
