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

export function die(how: 'exit' | NodeJS.Signals): Promise<never> {
  if (how === 'exit') process.exit(7);
  process.kill(process.pid, how);
  return new Promise(() => {});
}
