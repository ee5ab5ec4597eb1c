export function add(a: number, b: number): number {
  return a + b;
}

/** Ends the way a fault in native code does. */
export function crash(): Promise<never> {
  process.kill(process.pid, 'SIGSEGV');
  return new Promise(() => {}); // the signal is faster than any answer
}

/** Ends the process inside of a call. */
export function leave(code: number): never {
  console.error(`leaving with ${code}`);
  process.exit(code);
}

/** Never comes back to the event loop. */
export function hang(): never {
  for (;;);
}
