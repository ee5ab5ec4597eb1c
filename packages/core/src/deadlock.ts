/**
 * Finds waits that can never end. A blocking call that takes long sends a probe along itself: whoever serves it and blocks, too,
 * passes the probe on along its own innermost wait. A probe that comes back to the wait that sent it has found a circle.
 *
 * This is the algorithm of Chandy, Misra and Haas for waits on a single answer. It gives no false alarm: a link keeps order, so a
 * probe about a call that was answered meanwhile arrives after that answer was sent, and is dropped.
 *
 * Three kinds of waits are steps of a probe. Blocking calls have a number and a view. Waits in line (for a lock) have a number and no view:
 * they send probes as well, through whoever holds what they wait for. Calls that are awaited have a view and no number: they only pass on.
 */
import { DeadlockError } from '@remoteobj/except';
import { builtInModule } from '@remoteobj/except/internal';
import { ownOrigin } from './chain.js';
import type { ProbeStep } from './message.js';
import { placed } from './stacks.js';
import { blockedPlace, innermostWait, type Wait } from './waiting.js';

/** Waits that a probe follows at most. */
export const longestProbe = 64;
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

/** The step of a wait in line, for something that has been held since then. */
export function lineStep(number: number, since: number): ProbeStep {
  const waited = Math.round(performance.now() - since);
  return { origin: ownOrigin(), number, process: nameOfThis(), view: '', waited };
}

/** The step of something that is awaited. */
export function awaitStep(view: string): ProbeStep {
  return { origin: ownOrigin(), number: 0, process: nameOfThis(), view: cut(view), waited: 0 };
}

/** Does what is to be done about a probe that came to this thread; `otherwise`: what else it may be about. */
export function judged(steps: readonly ProbeStep[], otherwise: () => void): void {
  const verdict = judge(steps);
  if (verdict.is === 'passed on') verdict.wait.link.passProbe(verdict.wait, verdict.steps);
  if (verdict.is === 'nothing') otherwise();
  if (verdict.is === 'deadlock') verdict.wait.link.giveUp(verdict.wait.request, verdict.error);
}

type Verdict =
  | { readonly is: 'nothing' }
  | { readonly is: 'passed on'; readonly wait: Wait; readonly steps: readonly ProbeStep[] }
  | { readonly is: 'deadlock'; readonly wait: Wait; readonly error: () => DeadlockError };

function judge(steps: readonly ProbeStep[]): Verdict {
  const wait = innermostWait();
  const first = steps[0];
  if (wait === undefined || first === undefined) return nothing; // whoever does not block may still answer
  const isOwn = (step: ProbeStep): boolean =>
    rank(step) === blocking && step.origin === ownOrigin() && step.number === wait.number;
  if (isOwn(first)) {
    if (outranked(steps)) return nothing;
    return { is: 'deadlock', wait, error: () => placed(circleError(steps), blockedPlace()) };
  }
  if (rank(first) === blocking && first.origin === ownOrigin()) return nothing;
  if (steps.some(isOwn) || steps.length >= longestProbe) return nothing;
  return { is: 'passed on', wait, steps: [...steps, stepOf(wait)] };
}

const nothing: Verdict = { is: 'nothing' };

/** Each wait of a circle that sends probes finds it; one of them must give way, and all agree on which. Whether it is not the first. */
export function outranked(steps: readonly ProbeStep[]): boolean {
  const first = steps[0] as ProbeStep; // a probe has at least one
  return steps.some((step) => isAfter(step, first));
}

const [awaited, inLine, blocking] = [0, 1, 2] as const;

function rank({ number, view }: ProbeStep): number {
  if (number === 0) return awaited;
  return view === '' ? inLine : blocking;
}

/** Blocking calls give way before waits in line, because they find it sooner. */
function isAfter(a: ProbeStep, b: ProbeStep): boolean {
  if (rank(a) !== rank(b)) return rank(a) > rank(b);
  return a.origin === b.origin ? a.number > b.number : a.origin > b.origin;
}

export function circleError(steps: readonly ProbeStep[]): DeadlockError {
  const told = steps.filter((step) => rank(step) !== inLine); // who waits in line is told of by its call
  const text = told.map((step) => `${step.process} ${doing(step)} ${step.view}`);
  return new DeadlockError(`calls wait for one another in a circle: ${text.join('; ')}`, {
    cycle: told.map(({ process, view, waited }) => ({ process, view, waited })),
  });
}

function doing(step: ProbeStep): string {
  return rank(step) === awaited ? 'awaits' : `waits ${step.waited} ms for`;
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
