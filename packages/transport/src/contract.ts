/**
 * What every transport must do, as checks that need no test runner: run each `check` with a maker of fresh pairs; it throws when
 * the transport does not keep its word. Where one end is in another process or thread, `EndElsewhere` stands for it here, and a
 * script over there runs `serveEnd`.
 */
import { endChecks } from './contract/ends.js';
import { faultChecks } from './contract/faults.js';
import { frameChecks } from './contract/frames.js';
import { idleChecks } from './contract/idle.js';
import type { Check } from './contract/link.js';

export { EndElsewhere, serveEnd, type Wire } from './contract/elsewhere.js';
export type { Check, LinkUnderTest } from './contract/link.js';
export { ReceiverFault } from './contract/receive.js';

/** All checks; run them in any order. */
export const transportContract: readonly Check[] = [...frameChecks, ...endChecks, ...faultChecks, ...idleChecks];
