/** Returns. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Yields, and returns. */
export function* countTo(n: number): Generator<number, string> {
  for (let i = 1; i <= n; i++) yield i;
  return `counted to ${n}`;
}

/** Goes on until it is told otherwise. */
export function* watch(): Generator<string, string> {
  try {
    for (;;) yield 'nothing new';
  } catch (error) {
    return `stopped: ${(error as Error).message}`;
  }
}

/** Throws. */
export async function parse(text: string): Promise<unknown> {
  return JSON.parse(text);
}

/** Ends its process the way a fault in native code does. */
export function crash(): Promise<never> {
  process.kill(process.pid, 'SIGSEGV');
  return new Promise(() => {}); // the signal is faster than any answer
}

/** Ends its process by itself. */
export function leave(code: number): never {
  process.exit(code);
}

/** Never comes back. */
export function hang(): Promise<never> {
  return new Promise(() => {});
}
