let calls = 0;

export function echo<T>(value: T): T {
  calls++;
  return value;
}

export function count(): number {
  return calls;
}

export async function twice(f: (x: number) => number, x: number): Promise<number> {
  return await f(await f(x));
}

export function fail(): never {
  throw new RangeError('no');
}
