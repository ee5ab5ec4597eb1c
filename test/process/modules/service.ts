/** What most tests of processes and threads run elsewhere. */
import { isMainThread, threadId } from 'node:worker_threads';
import { twice } from './beside.js';

export class Counter {
  count = 0;

  add(n = 1): this {
    this.count += n;
    return this;
  }
}

export function add(a: number, b: number): number {
  return a + b;
}

export function doubled(n: number): number {
  return twice(n);
}

export function where(): {
  pid: number;
  threadId: number;
  isMainThread: boolean;
  args: string[];
  main: string;
  cwd: string;
  execArgv: string[];
} {
  return {
    pid: process.pid,
    threadId,
    isMainThread,
    args: process.argv.slice(2),
    main: process.argv[1] ?? '',
    cwd: process.cwd(),
    execArgv: process.execArgv,
  };
}

export function env(name: string): string | undefined {
  return process.env[name];
}

export function complain(text: string): Promise<void> {
  return new Promise((resolve) => process.stderr.write(text, () => resolve()));
}

export function say(text: string): void {
  console.log(text);
}

/** Calls back, so that the caller knows that it runs, and never returns. */
export function hang(started: () => void): Promise<never> {
  started();
  return new Promise(() => {});
}

/** As `hang`, and nothing else is served any more. */
export async function spin(started: () => PromiseLike<void>): Promise<never> {
  await started();
  for (;;);
}

export function exit(code: number): never {
  process.exit(code);
}

/** Returns, and exits then. */
export function exitLater(code: number): void {
  setTimeout(() => process.exit(code), 50);
}

export function crash(): never {
  process.abort();
}

/** An error that nothing catches. */
export function throwLater(message: string): void {
  setImmediate(() => {
    throw new RangeError(message);
  });
}

export function throwNow(message: string): never {
  throw new RangeError(message);
}

const soon = { setImmediate, nextTick: process.nextTick, queueMicrotask };

/** Answers, and ends the process before the answer can have left by itself. */
export function answerAndExit(bytes: number, how: keyof typeof soon): Uint8Array {
  soon[how](() => process.exit(5));
  return new Uint8Array(bytes).fill(7);
}

export async function answerAndExitAsync(bytes: number, how: keyof typeof soon): Promise<Uint8Array> {
  await undefined;
  soon[how](() => process.exit(5));
  return new Uint8Array(bytes).fill(7);
}

/** Only SIGKILL ends this process from now on. */
export function ignoreTermination(): void {
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 60_000);
}

/** Says so when the parent is gone, and ends. */
export function outlive(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    console.log('outlived');
  }, 20);
}
