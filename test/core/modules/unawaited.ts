/** Calls that nobody awaits. */
let calls = 0;

export function never(): Promise<never> {
  calls++;
  return new Promise(() => {});
}

/** How many calls never end. */
export function begun(): number {
  return calls;
}

export function one(): number {
  return 1;
}

export function fail(message: string): never {
  throw new Error(message);
}

/** Ends its process or thread. */
export function exit(): void {
  process.exit(3);
}
