/** What the tests of blocking use run elsewhere. */
import { setTimeout as delay } from 'node:timers/promises';

export class Base {
  name(): string {
    return 'base';
  }
}

export class Counter extends Base {
  count: number;
  items: number[] = [1, 2, 3];
  label? = 'counter';
  nested = { deep: { er: 5 } };

  constructor(count = 0) {
    super();
    this.count = count;
  }

  override name(): string {
    return 'counter';
  }

  add(n = 1): this {
    this.count += n;
    return this;
  }

  value(): number {
    return this.count;
  }

  async later(n: number): Promise<number> {
    await delay(1);
    return this.count + n;
  }

  parts(): { open(): string } {
    return { open: () => 'opened' };
  }

  pair(): { inner: Counter; list: Counter[] } {
    return { inner: this, list: [this] };
  }

  is(other: unknown): boolean {
    return other === this;
  }
}

export const counter = new Counter();
export const numbers = [10, 20, 30];
export const table = new Map([['a', 1]]);

export function make(count: number): Counter {
  return new Counter(count);
}

export function echo<T>(value: T): T {
  return value;
}

export function twice(n: number): number {
  return 2 * n;
}

let cleanUps = 0;

export function* countdown(from: number): Generator<number> {
  try {
    while (from > 0) yield from--;
  } finally {
    cleanUps++;
  }
}

export async function* slowly(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i++) {
    await delay(1);
    yield i;
  }
}

export function* breaking(after: number): Generator<number> {
  for (let i = 0; i < after; i++) yield i;
  throw new RangeError('the producer broke');
}

export function cleaned(): number {
  return cleanUps;
}

export function fail(message: string): never {
  throw new RangeError(message);
}

export async function failLater(message: string): Promise<never> {
  await delay(1);
  throw new RangeError(message);
}

/** How often the event loop went round. */
export function loopTurns(): number {
  return (performance as unknown as { nodeTiming: { uvMetricsInfo: { loopCount: number } } }).nodeTiming.uvMetricsInfo
    .loopCount;
}
