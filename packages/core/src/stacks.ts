/**
 * Where a call was made, for the errors that come back. Capturing costs two microseconds, a third of a small call, so it is left off
 * where very many calls are made: those behind the first of a tick, and most of a loop that makes tens of thousands a second.
 */

/** Where a call was made, captured but not formatted. */
export interface Place {
  readonly stack?: string;
}

type Capture = { stackTraceLimit?: number; captureStackTrace?: (target: object) => void };

const { captureStackTrace } = Error as unknown as Capture;
/** Frames of this package, and of those that call for the user, say nothing to the user; their files are known by their folders. */
const hidden = new Set<string>();
hideFramesOf(import.meta.url);
/** Of calls that were made before, and are recorded now. */
let earlier: Place | undefined;

/** Calls of one tick whose place is recorded. */
const placesPerBatch = 8;
/** Calls in flight below which places are recorded. */
const placesInFlight = 4 * placesPerBatch;

/** Places that are recorded one after the other, however fast the calls come. */
const mostInARow = 64;
/** Milliseconds after which one more may be recorded: a fiftieth of the time, then. */
const between = 0.1;
let left = mostInARow;
let refilled = 0;

/** Whether there is time to record a place; `inTick` calls were made in this tick, this one included, and `inFlight` in others. */
export function mayCapture(inTick: number, inFlight: number): boolean {
  if (earlier !== undefined) return true;
  if (inTick > placesPerBatch || inFlight >= placesInFlight) return false;
  if (left === 0) {
    const now = performance.now();
    left = Math.min(Math.floor((now - refilled) / between), mostInARow);
    if (left === 0) return false;
    refilled = now;
  }
  left--;
  return true;
}

/** The place of this call; formatted only when it is asked for. `frames`: how many there may be, those of this package included. */
export function capturePlace(frames?: number): Place {
  if (earlier !== undefined) return earlier;
  if (captureStackTrace === undefined) return new Error('here');
  const place: { stack?: string } = {};
  const limited = Error as unknown as Capture;
  const usual = limited.stackTraceLimit;
  if (frames !== undefined) limited.stackTraceLimit = frames;
  captureStackTrace(place);
  if (frames !== undefined && usual !== undefined) limited.stackTraceLimit = usual;
  return place;
}

/** Records a call that was made before, at that place. */
export function recordedAt<T>(place: Place, record: () => T): T {
  const before = earlier;
  earlier = place;
  try {
    return record();
  } finally {
    earlier = before;
  }
}

/** Frames of the folder of a module, built or not, are left out of places from now on. */
export function hideFramesOf(url: string): void {
  const folder = url.slice(0, url.lastIndexOf('/') + 1).replace(/^file:\/\//, '');
  hidden.add(folder).add(folder.replace(/\/dist\/$/, '/src/'));
}

/** The frames of a place that belong to the user, a line each. */
export function framesOf(place: Place | undefined): string | undefined {
  const stack = place?.stack;
  if (stack === undefined) return undefined;
  const lines = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && ![...hidden].some((folder) => line.includes(folder)));
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** Gives an error that was made here, later, the place of the call that it is about. */
export function placed<E extends Error>(error: E, place: Place | undefined): E {
  const frames = framesOf(place);
  if (frames !== undefined)
    Object.defineProperty(error, 'stack', {
      value: `${error.name}: ${error.message}\n${frames}`,
      configurable: true,
      writable: true,
    });
  return error;
}
