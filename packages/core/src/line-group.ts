import type { DeadlockError } from '@remoteobj/except';
import { ownOrigin } from './chain.js';
import { circleError, lineStep } from './deadlock.js';
import { followHolder } from './holder.js';
import type { Hold } from './line.js';
import type { ProbeStep } from './message.js';
import { nextNumber } from './numbers.js';

/** One who waits in a group. */
interface Member {
  /** `performance.now()` when it began. */
  readonly since: number;
  giveUp(error: DeadlockError): void;
}

/** Milliseconds between two questions. */
const interval = 250;

/**
 * Those who wait until any one of several things is given back, such as the permits of a semaphore. That is in vain only if each of their
 * holders waits here, too: a probe goes along each of the things, and all of them must come back to the group.
 */
export class LineGroup {
  readonly #holds: () => Iterable<Hold>;
  /** Where the probes of this time came back, by their numbers; undefined: not yet. */
  #probes = new Map<number, { readonly member: Member; readonly steps: readonly ProbeStep[] } | undefined>();
  #askedAt = Number.NEGATIVE_INFINITY;
  /** The waits that were found the last time. */
  #circle = '';

  constructor(holds: () => Iterable<Hold>) {
    this.#holds = holds;
  }

  /** Asks the holders what they wait for, unless another of the group has done so just now. */
  look(): void {
    const now = performance.now();
    if (now - this.#askedAt < interval / 2) return;
    this.#askedAt = now;
    if (this.#isOpen) this.#circle = '';
    const asked = Array.from(this.#holds(), ({ object, since }) => ({ object, since, number: nextNumber() }));
    this.#probes = new Map(asked.map(({ number }) => [number, undefined]));
    for (const { object, since, number } of asked) followHolder(object, [lineStep(number, since)]);
  }

  /** Somebody waits for a member, who waits for the group. */
  probed(member: Member, steps: readonly ProbeStep[]): void {
    const [first] = steps;
    if (first === undefined || first.view !== '' || first.origin !== ownOrigin() || !this.#probes.has(first.number))
      return;
    this.#probes.set(first.number, { member, steps });
    if (!this.#isOpen) this.#found();
  }

  get #isOpen(): boolean {
    return [...this.#probes.values()].includes(undefined);
  }

  /** As with one thing, only what stays the same is a circle. The one who came last gives way. */
  #found(): void {
    const found = [...this.#probes.values()].filter((one) => one !== undefined);
    const circle = found.map(({ member, steps }) => `${member.since} ${textOf(steps.slice(1))}`).join('\n');
    if (circle !== this.#circle) {
      this.#circle = circle;
      return;
    }
    const members = found.map(({ member }) => member);
    const last = members.reduce((one, other) => (other.since > one.since ? other : one));
    last.giveUp(circleError(found.flatMap(({ steps }) => steps)));
  }
}

/** What tells one way of a probe from another. */
export function textOf(steps: readonly ProbeStep[]): string {
  return steps.map(({ origin, number, view }) => `${origin} ${number} ${view}`).join('\n');
}

const groups = new WeakMap<object, LineGroup>();

/** The group of those who wait for the same. */
export function groupOf(together: object, holds: () => Iterable<Hold>): LineGroup {
  const known = groups.get(together);
  if (known !== undefined) return known;
  const group = new LineGroup(holds);
  groups.set(together, group);
  return group;
}
