/**
 * Finds waits that can never end. A blocking call that takes long sends a probe along itself: whoever serves it and blocks, too,
 * passes the probe on along its own innermost wait. A probe that comes back to the wait that sent it has found a circle.
 *
 * This is the algorithm of Chandy, Misra and Haas for waits on a single answer. It gives no false alarm: a link keeps order, so a
 * probe about a call that was answered meanwhile arrives after that answer was sent, and is dropped.
 */
import { DeadlockError } from '@remoteobj/except';
import { builtInModule, ownOrigin } from './chain.js';
import type { ProbeStep } from './message.js';
import { placed } from './stacks.js';
import { blockedPlace, innermostWait, type Wait } from './waiting.js';

/** Waits that a probe follows at most. */
const longestProbe = 64;
const longestText = 200;

let name: string | undefined;

/** What this process or thread is called in errors, instead of its number. */
export function nameThis(text: string): void {
  name = cut(text);
}

/** What this process or thread is called. */
export function nameOfThis(): string {
  return (name ??= unnamed());
}

/** A wait as a step of a probe. */
export function stepOf(wait: Wait): ProbeStep {
  return {
    origin: ownOrigin(),
    number: wait.number,
    process: nameOfThis(),
    view: cut(wait.request.view.toString()),
    waited: Math.round(performance.now() - wait.since),
  };
}

/** What to do about a probe that came for a call which is still open here. */
export type Verdict =
  | { readonly is: 'nothing' }
  | { readonly is: 'passed on'; readonly wait: Wait; readonly steps: readonly ProbeStep[] }
  | { readonly is: 'deadlock'; readonly wait: Wait; readonly error: () => DeadlockError };

export function judge(steps: readonly ProbeStep[]): Verdict {
  const wait = innermostWait();
  const first = steps[0];
  if (wait === undefined || first === undefined) return nothing; // whoever does not block may still answer
  const isOwn = ({ origin, number }: ProbeStep): boolean => origin === ownOrigin() && number === wait.number;
  if (isOwn(first)) {
    // Each wait of the circle finds it; one of them must give way, and all agree on which.
    if (steps.some((step) => isAfter(step, first))) return nothing;
    return { is: 'deadlock', wait, error: () => placed(deadlockError(steps), blockedPlace()) };
  }
  if (first.origin === ownOrigin() || steps.some(isOwn) || steps.length >= longestProbe) return nothing;
  return { is: 'passed on', wait, steps: [...steps, stepOf(wait)] };
}

const nothing: Verdict = { is: 'nothing' };

function isAfter(a: ProbeStep, b: ProbeStep): boolean {
  return a.origin === b.origin ? a.number > b.number : a.origin > b.origin;
}

function deadlockError(steps: readonly ProbeStep[]): DeadlockError {
  const text = steps.map(({ process, view, waited }) => `${process} waits ${waited} ms for ${view}`);
  return new DeadlockError(`blocking calls wait for one another in a circle: ${text.join('; ')}`, {
    cycle: steps.map(({ process, view, waited }) => ({ process, view, waited })),
  });
}

function unnamed(): string {
  type Threads = { readonly isMainThread?: boolean; readonly threadId?: number };
  const pid = (globalThis as { process?: { pid?: number } }).process?.pid;
  const { isMainThread = true, threadId } = builtInModule<Threads>('node:worker_threads') ?? {};
  const own = pid === undefined ? 'this program' : `process ${pid}`;
  return isMainThread ? own : `thread ${threadId} of ${own}`;
}

function cut(text: string): string {
  const points = Array.from(text.toWellFormed());
  return points.length <= longestText ? points.join('') : `${points.slice(0, longestText).join('')}…`;
}
