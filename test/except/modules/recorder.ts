import { Except } from '@remoteobj/except';
import { spawn } from '@remoteobj/process';

export class CameraError extends Error {
  readonly exposure: number;
  constructor(message: string, exposure: number) {
    super(message, { cause: new RangeError('out of light') });
    this.exposure = exposure;
  }
}

/** Records and swallows. */
export async function swallow(exc: Except, group: string, message: string): Promise<void> {
  await exc.run(group, () => Promise.reject(new CameraError(message, 9)), { raises: false });
}

/** Records and throws on. */
export function fail(exc: Except, group: string, message: string): void {
  exc.run(group, () => {
    throw new CameraError(message, 3);
  });
}

/** The same, with an Except deep inside. */
export function failWithin(jobs: readonly { readonly exc: Except }[], message: string): number {
  for (const { exc } of jobs) exc.run('within', () => fault(message), { raises: false });
  return jobs.length;
}

/** Records, and is killed at once. */
export function recordAndDie(exc: Except, count: number): void {
  for (let i = 0; i < count; i++) exc.run('last words', () => fault(`word ${i}`), { raises: false });
  process.kill(process.pid, 'SIGKILL');
}

/** Records and exits in the same turn. */
export function recordAndExit(exc: Except): void {
  exc.run('last words', () => fault('leaving'), { raises: false });
  process.exit(3);
}

/** Passes it on to a process of its own, which records; gives the pid of that. */
export async function passOn(exc: Except, group: string): Promise<number> {
  await using next = await spawn<typeof import('./recorder.js')>(new URL(import.meta.url));
  await next.remote.swallow(exc, group, 'further on');
  return next.pid as number;
}

/** What a copy catches here. */
export function catches(exc: Except): string[] {
  const caught: string[] = [];
  for (const error of [new CameraError('a', 1), new RangeError('b'), new Error('c')]) {
    try {
      exc.run(() => {
        throw error;
      });
    } catch {
      caught.push(`${error.message} passed`);
    }
  }
  return [...caught, ...exc.byTime().map((error) => `${(error as Error).message} recorded`)];
}

function fault(message: string): never {
  throw new TypeError(message);
}
