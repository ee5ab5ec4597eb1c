/** What calls back, and iterates what it is given. */
export async function call(callback: () => unknown): Promise<unknown> {
  return callback();
}

export async function list(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export function add(a: number, b: number): number {
  return a + b;
}

export function give(): typeof add {
  return add;
}
