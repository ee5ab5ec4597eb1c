/**
 * Where a call was made, for the errors that come back. Capturing costs two microseconds, a third of a small call, so it is left off
 * where very many calls are made: those behind the first of a tick, and most of a loop that makes tens of thousands a second.
 */

type Capture = { stackTraceLimit?: number; captureStackTrace?: (target: object) => void };

const { captureStackTrace } = Error as unknown as Capture;
/** Frames of this package say nothing to the user; its files are known by their folder. */
const here = import.meta.url.slice(0, import.meta.url.lastIndexOf('/') + 1).replace(/^file:\/\//, '');
const source = here.replace(/\/dist\/$/, '/src/');

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
export function capturePlace(frames?: number): { readonly stack?: string } {
  if (captureStackTrace === undefined) return new Error('here');
  const place: { stack?: string } = {};
  const limited = Error as unknown as Capture;
  const usual = limited.stackTraceLimit;
  if (frames !== undefined) limited.stackTraceLimit = frames;
  captureStackTrace(place);
  if (frames !== undefined && usual !== undefined) limited.stackTraceLimit = usual;
  return place;
}

/** The frames of a place that belong to the user, a line each. */
export function framesOf(place: { readonly stack?: string } | undefined): string | undefined {
  const stack = place?.stack;
  if (stack === undefined) return undefined;
  const lines = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !line.includes(here) && !line.includes(source));
  return lines.length === 0 ? undefined : lines.join('\n');
}

/** Gives an error that was made here, later, the place of the call that it is about. */
export function placed<E extends Error>(error: E, place: { readonly stack?: string } | undefined): E {
  const frames = framesOf(place);
  if (frames !== undefined)
    Object.defineProperty(error, 'stack', {
      value: `${error.name}: ${error.message}\n${frames}`,
      configurable: true,
      writable: true,
    });
  return error;
}
