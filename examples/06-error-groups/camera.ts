import type { Except } from 'remoteobj';

export class ExposureError extends Error {
  override name = 'ExposureError';
  readonly seconds: number;
  constructor(seconds: number) {
    super(`exposure of ${seconds} s is too long`);
    this.seconds = seconds;
  }
}

/** A session with a camera that has its troubles. `exc` belongs to whoever called; recording works as if it were of this process. */
export function session(exc: Except, exposures: readonly number[]): number {
  exc.run('init', () => findLens(), { raises: false }); // works without one
  let pictures = 0;
  try {
    exc.run('work', () => {
      for (const seconds of exposures) {
        expose(seconds);
        pictures++;
      }
    });
  } finally {
    exc.run('clean-up', () => closeShutter(), { raises: false });
  }
  return pictures;
}

/** Takes one picture. */
export function take(exc: Except, seconds: number): void {
  exc.run('there', () => expose(seconds));
}

/** Says what goes wrong, and is gone in the next turn of its event loop. */
export function lastWords(exc: Except): Promise<void> {
  exc.run('last words', () => fault(new Error('the power fails')), { raises: false });
  setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  return new Promise(() => {});
}

function findLens(): void {
  fault(new TypeError('no lens is mounted', { cause: new RangeError('port 7 is empty') }));
}

function expose(seconds: number): void {
  if (seconds > 5) throw new ExposureError(seconds);
}

function closeShutter(): void {
  fault(new Error('the shutter is stuck'));
}

function fault(error: Error): never {
  throw error;
}
