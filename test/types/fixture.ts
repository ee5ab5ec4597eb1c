/** Shapes that remotes must type well. */
export interface Point {
  readonly x: number;
  y: number;
  label?: string;
}

export class Counter {
  count = 0;
  on = false;
  readonly made: Date = new Date(0);
  items: Point[] = [];
  config: { exposure: number; nested: { gain: number } } = { exposure: 1, nested: { gain: 2 } };
  child: Counter | undefined = undefined;
  static total = 0;
  static create(start: number): Counter {
    const made = new Counter();
    made.count = start;
    return made;
  }
  #secret = 1;
  toggle(on = true): this {
    this.on = on;
    return this;
  }
  async slow(ms: number): Promise<string> {
    return String(ms + this.#secret);
  }
  add(a: number, b?: number, ...rest: readonly number[]): number {
    return a + (b ?? 0) + rest.length;
  }
  over(value: string): string;
  over(value: number): number;
  over(value: string | number): string | number {
    return value;
  }
  each(callback: (item: Point, index: number) => boolean): number {
    return this.items.filter(callback).length;
  }
  children(): Map<string, Counter> {
    return new Map();
  }
  maybe(): Point | null {
    return null;
  }
  optional?: { deep: { value: number } };
  later: Promise<Point> = Promise.resolve({ x: 1, y: 2 });
  listen(_on: (item: Point) => void): void {}
  watch(_options: { all?: boolean; on: { item: (item: Point) => void; end?: (error: Error | null) => void } }): void {}
  watchSome(_handlers: Partial<{ item(item: Point): void; end(): void }>): void {}
  steps(_steps: ((point: Point) => Point)[]): void {}
  *values(): Generator<number> {
    yield this.count;
  }
  async *slowly(): AsyncGenerator<Point> {}
}

export abstract class Shape {
  abstract area(): number;
}

export class Box<T> {
  value: T;
  constructor(value: T) {
    this.value = value;
  }
  take(): T {
    return this.value;
  }
}

export function boxed<T>(value: T): Box<T> {
  return new Box(value);
}

export function double(x: number): number {
  return 2 * x;
}

export const version = '1';
