import { anything, checkOptions, ending, flag, type Rules } from './check-options.js';
import { linkOf } from './connect.js';
import type { Link } from './connection.js';
import { policyOf } from './policy.js';
import type { Transport } from './transport.js';
import { printValue } from './view.js';
import { flushScheduled } from './waiting.js';

/** Options of `expose`. */
export interface ExposeOptions {
  /**
   * `trusted`: everything but the hard denials; the default for threads and children of this program. `exposed`: only own data of
   * plain objects and listed members; the default for everybody else.
   */
  readonly policy?: 'trusted' | 'exposed';
  /** Members of classes that an `exposed` server opens; a subclass inherits the list. */
  readonly members?: Iterable<readonly [abstract new (...args: never[]) => unknown, Iterable<string>]>;
  /** Whether names with a leading underscore may be reached; default false. */
  readonly privateNames?: boolean;
  /** True: requests wait until `poll` or `processRequests`; default false. */
  readonly manual?: boolean;
  /** Whether the other end may name functions of modules, which are then imported here; default: only for one's parent. */
  readonly modules?: boolean;
}

/** What policyOf checks may be anything here. */
const rules: Rules = new Map([
  ['policy', anything],
  ['members', anything],
  ['privateNames', flag],
  ['manual', flag],
  ['modules', flag],
]);

/** What serves an object; ends with `stop`, or with the link. */
export interface Listener extends AsyncDisposable {
  readonly listening: boolean;
  /** Serves one waiting request; false: none waited. */
  poll(): boolean;
  /** Serves all requests that wait; gives their number. */
  processRequests(): number;
  /**
   * Sleeps until a request waits for `poll`, at most so many milliseconds; false: none came. For objects that own their thread: the
   * event loop does not turn. Throws TypeError where the link cannot block.
   */
  wait(milliseconds?: number): boolean;
  /** Stops serving. `fulfil` (default): what has arrived is still run, and iterations go on; `refuse`: both end with an error. */
  stop(options?: { readonly pending?: 'fulfil' | 'refuse' }): Promise<void>;
}

/**
 * Serves an object, function, class or module namespace to the other end of a transport.
 *
 * The listener keeps the event loop alive until it is stopped or the link ends. Throws TypeError for a primitive, for what is no
 * option, and when this end of the transport serves something already.
 */
export function expose(target: object, transport: Transport, options: ExposeOptions = {}): Listener {
  if ((typeof target !== 'object' && typeof target !== 'function') || target === null) {
    throw new TypeError(
      `expose(target, transport): target must be an object, a function, a class or a module, not ${target === null ? 'null' : typeof target}`,
    );
  }
  checkOptions(options, rules, 'expose');
  const link = linkOf(transport);
  if (link.server.listening)
    throw new TypeError('this end of the transport serves an object already: stop its listener first');
  const policy = policyOf({ ...options, roots: [target] }, transport.peer === undefined ? 'exposed' : 'trusted');
  const modules =
    options.modules ?? (policy.mode === 'trusted' && (transport.peer === 'parent' || transport.peer === 'same'));
  link.serve({ target, policy, manual: options.manual ?? false, modules: modules ? importModule : undefined });
  return new Serving(link);
}

class Serving implements Listener {
  readonly #link: Link;
  #stopped: Promise<void> | undefined;
  #turn = 0;

  constructor(link: Link) {
    this.#link = link;
    link.hold(true);
  }

  get listening(): boolean {
    return this.#stopped === undefined && this.#link.ended === undefined;
  }

  poll(): boolean {
    return this.#served(() => Number(this.#pollNext())) > 0;
  }

  processRequests(): number {
    return this.#served(() => {
      let count = 0;
      while (this.#pollNext()) count++;
      return count;
    });
  }

  wait(milliseconds: number = Number.POSITIVE_INFINITY): boolean {
    const { transport } = this.#link;
    if (typeof milliseconds !== 'number' || !(milliseconds >= 0))
      throw new TypeError(`wait(milliseconds): a number from 0 is needed, not ${printValue(milliseconds)}`);
    if (transport.block === undefined)
      throw new TypeError('listener.wait: this link cannot block (connectionOf(remote).syncSupported is false)');
    const deadline = performance.now() + milliseconds;
    for (;;) {
      flushScheduled();
      if (this.#links.some(({ server }) => server.waiting > 0)) return true;
      const left = deadline - performance.now();
      if (!this.listening || left <= 0) return false;
      transport.block(left);
    }
  }

  /** The event loop may not turn for long: what came is taken in before, and what is answered leaves afterwards. */
  #served(serve: () => number): number {
    const { transport } = this.#link;
    transport.block?.(0);
    const count = serve();
    if (transport.block !== undefined) flushScheduled();
    return count;
  }

  stop(options: { readonly pending?: 'fulfil' | 'refuse' } = {}): Promise<void> {
    checkOptions(options, ending, 'stop');
    return (this.#stopped ??= this.#stop(options.pending ?? 'fulfil'));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(pending: 'fulfil' | 'refuse'): Promise<void> {
    await Promise.all(this.#links.map((link) => stopServing(link, pending)));
    this.#link.hold(false);
  }

  /** Serves one request; those whose turn it is come first. */
  #pollNext(): boolean {
    const links = this.#links;
    return links.some(() => links[this.#turn++ % links.length]?.server.poll());
  }

  /** Those of other threads come and go. */
  get #links(): readonly Link[] {
    return [this.#link, ...this.#link.opens];
  }
}

async function stopServing(link: Link, pending: 'fulfil' | 'refuse'): Promise<void> {
  await link.server.stop(pending);
  if (pending === 'refuse') link.streams.refuse();
  link.sendStop();
  link.outbox.flush();
}

function importModule(url: string): Promise<unknown> {
  return import(url);
}
