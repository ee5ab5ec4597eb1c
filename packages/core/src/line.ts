import type { DeadlockError } from '@remoteobj/except';
import { currentChain, ownOrigin, type Chain } from './chain.js';
import { circleError, lineStep, longestProbe, outranked } from './deadlock.js';
import { followHolder } from './holder.js';
import { textOf, type LineGroup } from './line-group.js';
import type { ProbeStep } from './message.js';
import { nextNumber } from './numbers.js';
import { openLines, type OpenLine } from './open-waits.js';

/** Something that is held. */
export interface Hold {
  /** What its holder was given and gives back, such as a permit: whoever has it is the one who is waited for. */
  readonly object: object;
  /** `performance.now()` when it was given. */
  readonly since: number;
}

/** Milliseconds after which one that waits in line first asks whether that can ever end, and between such questions. */
const interval = 250;
/** How many ask at a time, at most. */
const mostAtOnce = 32;

let timer: ReturnType<typeof setTimeout> | undefined;
const lines = openLines as Set<Line>; // there are no others

/** One who waits in line here until something is given back. It sends probes like a blocking call, and may be what others wait for. */
export class Line implements OpenLine {
  readonly what: string;
  readonly number: number = nextNumber();
  readonly own: boolean;
  readonly chain: Chain | undefined = currentChain();
  readonly since: number = performance.now();
  readonly giveUp: (error: DeadlockError) => void;
  readonly #holds: () => Iterable<Hold>;
  /** Those whom it waits together with, where any one of what is held will do. */
  readonly #group: LineGroup | undefined;
  /** The circle that was found when it last asked. */
  #circle = '';

  constructor(
    what: string,
    own: boolean,
    holds: () => Iterable<Hold>,
    giveUp: (error: DeadlockError) => void,
    group?: LineGroup,
  ) {
    this.what = what;
    this.own = own;
    this.#holds = holds;
    this.giveUp = giveUp;
    this.#group = group;
    lines.add(this);
    lookLater();
  }

  end(): void {
    lines.delete(this);
  }

  /** Asks whether those who hold it wait for this very one. */
  look(): void {
    if (this.#group === undefined) this.#ask([]);
    else this.#group.look();
  }

  probed(steps: readonly ProbeStep[]): void {
    if (this.#group !== undefined) this.#group.probed(this, steps);
    else if (this.#is(steps[0])) this.#found(steps);
    else if (steps.length < longestProbe && !steps.some((step) => this.#is(step))) this.#ask(steps);
  }

  #ask(steps: readonly ProbeStep[]): void {
    for (const { object, since } of this.#holds()) followHolder(object, [...steps, lineStep(this.number, since)]);
  }

  /** Code that awaits may still go on by other means, so only a circle that stays the same is one. */
  #found(steps: readonly ProbeStep[]): void {
    if (outranked(steps)) return;
    const circle = textOf(steps);
    if (circle === this.#circle) this.giveUp(circleError(steps));
    else this.#circle = circle;
  }

  #is(step: ProbeStep | undefined): boolean {
    return step !== undefined && step.view === '' && step.number === this.number && step.origin === ownOrigin();
  }
}

function lookLater(): void {
  if (timer !== undefined || lines.size === 0) return;
  timer = setTimeout(lookAll, interval);
  (timer as { unref?(): void }).unref?.(); // a number in browsers
}

/** Those who have not asked for longest come first. */
function lookAll(): void {
  timer = undefined;
  const before = performance.now() - interval;
  let left = mostAtOnce;
  for (const line of [...lines]) {
    if (line.since > before) continue;
    if (left-- === 0) break;
    lines.delete(line);
    lines.add(line);
    line.look();
  }
  lookLater();
}
