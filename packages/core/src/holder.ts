import { awaitStep, judged, longestProbe } from './deadlock.js';
import { viewPassedOn } from './evaluator.js';
import { loneWait } from './lone-wait.js';
import type { ProbeStep } from './message.js';
import { openLinks, type Suspended } from './open-waits.js';

/** Milliseconds by which times that are told to others are rounded. */
const clockSlack = 1;

/** Follows the waits of whoever has an object: the other ends that were given it, otherwise this thread. */
export function followHolder(object: object, steps: readonly ProbeStep[]): void {
  let given = false;
  for (const link of openLinks) {
    const number = link.numberOf(object);
    if (number === undefined) continue;
    given = true;
    link.probeHolder(number, steps);
  }
  if (!given) judged(steps, () => followAwaited(steps));
}

/** Follows what a call that is served here waits for. */
export function followCall(steps: readonly ProbeStep[], call: Suspended): void {
  if (call.settled === undefined) return;
  if (call.caller.line !== undefined) return call.caller.line.probed(steps);
  const view = viewPassedOn(call.settled);
  if (view === undefined) followAwaited(steps, call);
  else view.root.recorder?.probeAlong?.(view, steps);
}

/** Follows what this thread awaits, if it is for sure what `call`, or whoever holds what the last step waits for, waits for. */
function followAwaited(steps: readonly ProbeStep[], call?: Suspended): void {
  const wait = loneWait();
  const heldFor = steps[steps.length - 1]?.waited ?? 0;
  if (wait === undefined || steps.length >= longestProbe) return;
  // What was held before the call came belongs to something else.
  if (call === undefined ? performance.now() - wait.call.since + clockSlack < heldFor : call !== wait.call) return;
  if (wait.line === undefined)
    wait.link.probeRequest(wait.request, [...steps, awaitStep(wait.request.view.toString())]);
  else wait.line.probed([...steps, awaitStep(wait.line.what)]);
}
