import { anything, checkOptions, flag, milliseconds, millisecondsAbove0, object, type Rules } from './check-options.js';
import type { CallerOptions } from './fallback.js';
import { policyOf, type Policy } from './policy.js';
import { Link } from './connection.js';
import { exposedLimits, trustedLimits } from './limits.js';
import type { Remote } from './remote.js';
import type { Transport } from './transport.js';

/** Options of `connect`. */
export interface ConnectOptions extends CallerOptions {
  /** False: a call is recorded and sent when it is awaited; default true. */
  readonly eager?: boolean;
  /** Milliseconds of silence, while calls wait, after which the event `unresponsive` comes; default 3,000. */
  readonly unresponsiveAfter?: number;
}

const rules: Rules = new Map([
  ['default', anything],
  ['queue', flag],
  ['eager', flag],
  ['local', object],
  ['timeout', milliseconds],
  ['unresponsiveAfter', millisecondsAbove0],
]);

const links = new WeakMap<Transport, Link>();

/**
 * The remote for what the other end of a transport exposes; usable at once, operations wait until the other end listens.
 *
 * `expose` and `connect` on one transport share one connection. Errors of the link reach the operations. Throws TypeError for what is no
 * transport or no option, and RangeError for an option out of range.
 */
export function connect<T>(transport: Transport, options: ConnectOptions = {}): Remote<T> {
  checkOptions(options, rules, 'connect');
  const link = linkOf(transport);
  link.options = { ...link.options, ...options };
  // The proxy is typed here, and only here, as what the user says the other end exposes.
  return link.remote as unknown as Remote<T>;
}

/** The one connection over a transport. */
export function linkOf(transport: Transport): Link {
  let link = links.get(transport);
  if (link === undefined) {
    if (typeof transport?.send !== 'function' || typeof transport.listen !== 'function') {
      throw new TypeError(
        'connect and expose take a transport: messagePort(port), childProcess(child), parent() or one of memoryPair()',
      );
    }
    const stranger = transport.peer === undefined;
    link = new Link(transport, {
      limits: stranger ? exposedLimits : trustedLimits,
      policy: defaultPolicy(transport),
      inline: transport.peer === 'parent' || transport.peer === 'same',
    });
    links.set(transport, link);
  }
  return link;
}

/** Everything but the hard denials towards programs of ours, only what is listed towards strangers. */
function defaultPolicy(transport: Transport): Policy {
  return policyOf({}, transport.peer === undefined ? 'exposed' : 'trusted');
}
