/** What tests of pools and of restarts run elsewhere. */
import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

export class Counter {
  count: number;
  readonly label: string;

  constructor(count = 0, label = '') {
    this.count = count;
    this.label = label;
  }

  add(n = 1): this {
    this.count += n;
    return this;
  }

  other(): Counter {
    return new Counter(100);
  }
}

/** Holds another object, given to it at any depth. */
export class Holder {
  readonly #held: Counter;

  constructor({ held }: { held: Counter }) {
    this.#held = held;
  }

  isHolding(counter: Counter): boolean {
    return this.#held === counter;
  }

  count(): number {
    return this.#held.count;
  }
}

/** Leaves a mark when it is made. */
export class Marked {
  value = 1;

  constructor(file: string) {
    appendFileSync(file, 'made\n');
  }
}

export function counters(): Counter[] {
  return [new Counter(1), new Counter(2)];
}

export let calls = 0;

/** Which process or thread this is. */
export function where(): string {
  calls++;
  return `${process.pid}/${threadId}`;
}

export function callsSoFar(): number {
  return calls;
}

export const numbers: number[] = [1, 2, 3];

export let makes = 0;

export function make(count: number): Counter {
  makes++;
  return new Counter(count);
}

export function square(n: number): number {
  return n * n;
}

export function fail(message: string): never {
  throw new RangeError(message);
}

export function failAt(n: number, at: number): number {
  if (n === at) throw new RangeError(`not ${n}`);
  return n;
}

/** Says itself where it is, which nobody can change. */
export class ParseError extends Error {
  get index(): number {
    return 7;
  }
}

/** Throws what is hard to print or to mark. */
export function throwOdd(kind: 'no prototype' | 'no text' | 'own index' | 'frozen'): never {
  if (kind === 'no prototype') throw Object.create(null);
  if (kind === 'no text') throw { toString: 3, valueOf: 4 };
  if (kind === 'own index') throw new ParseError('odd');
  throw Object.freeze(new RangeError('odd'));
}

export async function later<T>(value: T, gate: () => PromiseLike<void>): Promise<T> {
  await gate();
  return value;
}

/** Says which worker it is, then waits until the gate opens. */
export async function meet(arrived: (where: string) => PromiseLike<void>): Promise<string> {
  const here = where();
  await arrived(here);
  return here;
}

/** Says so, and never ends. */
export function hang(started: (pid: number) => void): Promise<never> {
  started(process.pid);
  return new Promise(() => {});
}

export function exit(code: number): never {
  process.exit(code);
}

/** Leaves a mark that outlives this process, for each time that it runs. */
export function mark(file: string, id: number): number {
  appendFileSync(file, `${id}\n`);
  return id;
}

/** As `mark`, and takes a few turns of the event loop. */
export async function markSlowly(file: string, id: number): Promise<number> {
  appendFileSync(file, `${id}\n`);
  await new Promise((resolve) => setTimeout(resolve, 2));
  return id;
}

export async function* countTo(n: number): AsyncGenerator<number> {
  for (let i = 1; i <= n; i++) yield i;
}
